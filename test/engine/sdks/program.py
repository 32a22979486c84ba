"""Runs a program by the Automation API, in this process: no language host is needed."""

import os
import sys

import pulumi
import pulumi_openai_organization as openai
from pulumi import automation

file, command = sys.argv[1:]
with open(file, encoding="utf-8") as text:
    code = compile(text.read(), file, "exec")
stack = automation.create_or_select_stack(
    "dev",
    "people",
    lambda: exec(code, {"pulumi": pulumi, "openai": openai}),
    opts=automation.LocalWorkspaceOptions(work_dir=os.getcwd()),
)
getattr(stack, command)(on_output=print)
