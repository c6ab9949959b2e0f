# Two commands: `make demo` plans the embedded bank's week, `make test` runs everything CI runs.
CARGO ?= cargo
DEMO ?= target/demo

.PHONY: setup demo test bench compare-forecast compare-staffing compare-simulation compare-solver
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

# The forecast beside statsforecast, Prophet and LightGBM in one run; needs Python 3.10 or newer and a package index.
PEERS ?= target/peers
HISTORIES = forecast/tests/data
compare-forecast: setup
	$(CARGO) build --locked
	@test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	@$(PEERS)/bin/pip install --quiet --requirement benches/peers/requirements.txt
	@$(PEERS)/bin/python benches/peers/contest.py target/debug/shiftcast \
	  $(HISTORIES)/bank_na_30min.csv,30,$(HISTORIES)/calendar_usa_2003.csv \
	  $(HISTORIES)/technion1999_30min.csv,30,$(HISTORIES)/calendar_israel_1999.csv

# Least agents by Erlang C beside pyworkforce in one run; the answers must agree.
compare-staffing: setup
	$(CARGO) build --locked
	@test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	@$(PEERS)/bin/pip install --quiet --requirement benches/peers/requirements.txt
	@$(PEERS)/bin/python benches/peers/erlang.py target/debug/shiftcast

# The simulator beside SimPy and Ciw on the same models in one run, and whether they agree.
compare-simulation: setup
	$(CARGO) build --locked
	@test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	@$(PEERS)/bin/pip install --quiet --requirement benches/peers/requirements.txt
	@$(PEERS)/bin/python benches/peers/simulators.py target/debug/shiftcast \
	  benches/peers/single_pool_100.json simulation/tests/data/models/CHAIN6_full.json

# The solver beside CP-SAT and HiGHS on the same instances with the same budget; each roster costed by our checker.
# Curtois-Qu and shift design files come from INSTANCES (curtois_qu/, shift_design/) and are skipped where it is empty.
SECONDS ?= 60
THREADS ?= 2
INSTANCES ?=
compare-solver: setup
	$(CARGO) build --locked
	@test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	@$(PEERS)/bin/pip install --quiet --requirement benches/peers/requirements.txt
	@$(PEERS)/bin/python benches/peers/solvers.py target/debug/shiftcast \
	  --seconds $(SECONDS) --threads $(THREADS) --instances "$(INSTANCES)"
