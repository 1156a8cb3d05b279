"""What becomes of multipart uploads."""

from __future__ import annotations

from sse_spec.actions import CompleteMultipartUpload, UploadPart, UploadPartCopy
from sse_spec.exploration.theorems.looking import as_put, encryption, named
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, theorem

__all__ = ["THEOREMS"]

PARTS = UploadPart | UploadPartCopy


@theorem(CompleteMultipartUpload, ("MPU-03",))
def an_object_made_from_parts_is_encrypted_as_its_upload_was_begun(step: Step) -> Says:
    """The object of an upload has the encryption that was decided when the upload was begun; only where the default
    decided, and was changed since, it may have that of the new default."""
    upload, stored = step.before.uploads.get(step.action.upload), step.made
    if upload is None or stored is None:
        return False
    begun = upload.candidates[0]
    permitted = {(*encryption(begun), begun.customer)}
    if upload.changed and not upload.named:
        permitted |= {(*one, None) for one in as_put(step)}
    found = (*encryption(stored), stored.customer)
    return found in permitted or f"begun as {encryption(begun)}, the object is {found}"


@theorem(PARTS, ("MPU-06", "MPU-09"))
def the_answer_to_a_part_names_the_encryption_of_its_upload(step: Step) -> Says:
    """What the answer to a part says of the encryption is that of the upload, whatever a copied part had been."""
    upload = step.before.uploads.get(step.action.upload)
    if not step.accepted or upload is None or upload.candidates[0].customer is not None:
        return False
    begun = upload.candidates[0]
    told = (step.want("algorithm"), step.want("kms_key"), step.want("bucket_key"))
    return told == (begun.algorithm, named(step, begun.key), begun.bucket_key) or f"begun as {begun}, told {told}"


@theorem(PARTS | CompleteMultipartUpload, ("MPU-08",))
def only_the_beginning_of_an_upload_carries_the_encryption_header(step: Step) -> Says:
    """A part, or the end of an upload, that carries the encryption header is refused."""
    return step.action.algorithm is not None and (not step.accepted or "it was accepted")


@theorem(PARTS, ("MPU-10", "MPU-11"))
def the_etag_of_a_part_is_the_md5_of_unencrypted_and_sse_s3_parts_only(step: Step) -> Says:
    """The ETag of a part is the MD5 of its content if its upload is unencrypted or SSE-S3, not if it is SSE-KMS."""
    upload = step.before.uploads.get(step.action.upload)
    if not step.accepted or upload is None or upload.candidates[0].algorithm not in {None, "AES256", "aws:kms"}:
        return False
    algorithm = upload.candidates[0].algorithm
    return (step.want("etag") == "md5") == (algorithm != "aws:kms") or f"{algorithm}: {step.want('etag')}"


@theorem(UploadPart, ("SSC-21", "SSC-22", "SSC-23"))
def a_part_goes_with_the_customer_key_of_its_upload(step: Step) -> Says:
    """A part is accepted only with the customer key that its upload was begun with, and with none where it was begun
    with none."""
    upload = step.before.uploads.get(step.action.upload)
    if not step.accepted or upload is None:
        return False
    sent = None if step.action.customer is None else step.action.customer.key
    begun = upload.candidates[0].customer
    return sent == begun or f"begun with {begun}, the part comes with {sent}"


THEOREMS: tuple[Theorem, ...] = (
    an_object_made_from_parts_is_encrypted_as_its_upload_was_begun,
    the_answer_to_a_part_names_the_encryption_of_its_upload,
    only_the_beginning_of_an_upload_carries_the_encryption_header,
    the_etag_of_a_part_is_the_md5_of_unencrypted_and_sse_s3_parts_only,
    a_part_goes_with_the_customer_key_of_its_upload,
)
