"""Runs a program as Pulumi's own host for Python does."""

import asyncio
from os import environ

import pulumi
import pulumi_openai_organization as openai
from pulumi import runtime

with open("program.py", encoding="utf-8") as text:
    code = compile(text.read(), "program.py", "exec")
runtime.configure(
    runtime.Settings(
        project=environ["PULUMI_PROJECT"],
        stack=environ["PULUMI_STACK"],
        organization=environ["PULUMI_ORGANIZATION"],
        dry_run=environ["PULUMI_DRY_RUN"] == "true",
        parallel=int(environ["PULUMI_PARALLEL"]),
        monitor=environ["PULUMI_MONITOR"],
        engine=environ["PULUMI_ENGINE"],
    )
)
asyncio.run(runtime.run_in_stack(lambda: exec(code, {"pulumi": pulumi, "openai": openai})))
