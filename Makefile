# Every target is one line over the command line or pytest.
# Settings: EDGE_PORT, SANDBOX_PORT, TFVARS, ENGINE, PROVIDER, HOT_RELOAD, PERSIST, IAM, PYTHON; ONLY for `make conformance`.
PYTHON ?= python3
LOCALTENDER = .venv/bin/localtender
PYTEST = .venv/bin/python -m pytest
export EDGE_PORT SANDBOX_PORT TFVARS ENGINE PROVIDER HOT_RELOAD PERSIST IAM

.DEFAULT_GOAL := help
.PHONY: help up down reset status logs e2e test conformance lint build plan bench

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: .venv/.installed ## Start the local AWS and the sandboxes, deploy terraform/, print a first payment
	@$(LOCALTENDER) up

down: .venv/.installed ## Stop everything that `make up` started
	@$(LOCALTENDER) down

reset: .venv/.installed ## Start over with an empty emulator, deployed anew
	@$(LOCALTENDER) reset

status: .venv/.installed ## Tell where the stack answers and whether it is healthy
	@$(LOCALTENDER) status

logs: .venv/.installed ## Print the functions' logs
	@$(LOCALTENDER) logs

e2e: .venv/.installed ## Run the integration tests against a stack of their own
	@$(PYTEST) -n auto --dist worksteal tests/integration

test: .venv/.installed ## Run all tests
	@$(PYTEST) -n auto --dist worksteal

conformance: .venv/.installed ## Write docs/conformance.md anew from runs on ours and on the engine
	@.venv/bin/python -m tools.conformance_page --only "$(ONLY)"

lint: .venv/.installed ## Check style, types and Terraform's format
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && TF="$$(.venv/bin/python -m localtender.harness.terraform_cli)" && "$$TF" fmt -check -recursive terraform

build: .venv/.installed ## Build the deployment package build/payments.zip
	@$(LOCALTENDER) build

plan: .venv/.installed ## Show what Terraform would change on the running stack
	@exports="$$($(LOCALTENDER) env)" && eval "$$exports" && tflocal -chdir=terraform plan -var-file=$(or $(TFVARS),local.tfvars)

bench: .venv/.installed ## Measure this machine against the marks (SUBJECT=gateway for one)
	@$(LOCALTENDER) bench $(SUBJECT)

.venv/.installed: requirements.lock pyproject.toml tools/bootstrap.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null || { echo "error: '$(PYTHON)' is no Python 3.11 or newer. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) tools/bootstrap.py
