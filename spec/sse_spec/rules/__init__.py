"""The rules, one module a chapter of clauses, of the same name.

A rule is a small pure function of the situation and the law. Where it decides, it asks the law whether the clause
holds; what follows the condition is what an S3 without that clause would do.
"""
