# Two commands: `make demo` plans the embedded bank's week, `make test` runs everything CI runs.
CARGO ?= cargo
DEMO ?= target/demo

.PHONY: setup demo test bench
.NOTPARALLEL:

setup:
	@./setup

demo: setup
	$(CARGO) build --locked
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	@$(CARGO) run --quiet --locked -- init $(DEMO)/bank --template bank
	@$(CARGO) run --quiet --locked -- plan $(DEMO)/bank --start 1999-10-24 --weeks 1 -o $(DEMO)/week

test: setup
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	$(CARGO) test --locked --workspace --all-features --all-targets
	$(CARGO) test --locked --workspace --all-features --doc
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps
	@$(MAKE) demo

bench: setup
	$(CARGO) bench --locked
