"""What boto3 has no argument for, put into the requests of a script by a hook."""

from __future__ import annotations

from sse_adapters.calls import Call

from sse_conformance.script_clients import client_of
from sse_conformance.source_text import assign, indented, literal

__all__ = ["hook", "unhook"]


def hook(one: Call) -> list[str]:
    """Put into the request what boto3 has no argument for."""
    if one.form is not None:
        return _form(one)
    if one.body is not None:
        change, name = f'params["body"] = b"{one.body}"', "replace_body"
    elif one.headers:
        ((header, value),) = one.headers.items()
        change, name = assign(f'params["headers"]["{header}"] = ', value)[0], "add_header"
    else:
        return []
    register = f"{client_of(one).variable}.meta.events.register"
    return ["", f"def {name}(params, **_):", f"    {change}", "", f'{register}("{_event(one)}", {name})']


def _form(one: Call) -> list[str]:
    """Send a form in place of the PutObject that boto3 would send: it has no call for one."""
    client = client_of(one).variable
    bucket, key, content = (literal(one.arguments[name]) for name in ("Bucket", "Key", "Body"))
    return [
        "",
        "def send_form(request, **_):",
        '    """boto3 has no call for a form: send one in place of its PutObject."""',
        *indented(assign("fields = ", one.form)),
        "    conditions = [{name: value} for name, value in fields.items()]",
        f"    form = {client}.generate_presigned_post({bucket}, {key}, fields, conditions)",
        f'    parts = [*form["fields"].items(), ("file", ("file", {content}))]',
        "    request.body, content_type = encode_multipart_formdata(parts)",
        '    request.method, request.url = "POST", form["url"]',
        '    for header in set(request.headers) - {"x-moto-account-id"}:',
        "        del request.headers[header]",
        '    request.headers["Content-Type"] = content_type',
        "",
        f'{client}.meta.events.register_first("before-send.s3.PutObject", send_form)',
    ]


def unhook(one: Call) -> list[str]:
    """Take out what :func:`hook` put in."""
    if one.form is not None:
        return [f'{client_of(one).variable}.meta.events.unregister("before-send.s3.PutObject", send_form)']
    name = "replace_body" if one.body is not None else "add_header"
    if one.body is None and not one.headers:
        return []
    return [f'{client_of(one).variable}.meta.events.unregister("{_event(one)}", {name})']


def _event(one: Call) -> str:
    return f"before-call.{one.service}.{''.join(word.title() for word in one.method.split('_'))}"
