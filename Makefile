# make setup       install the system libraries that are missing
# make build       compile everything, optimised
# make mpi         compile the adapter for training over several machines, with the MPI's MPICC, mpicc
# make quickstart  made-up languages → tokenizer → shards → three phases → merged model
# make test        run all tests
# make example     build a package that uses mmbert as a library
# make install     copy programs, manual pages and completions below PREFIX, /usr/local
# make dist        archives of programs that run without Swift, in .build/dist
# make docs        pages of the library's documentation, in .build/documentation
# make format      lay the sources out as .swift-format says

.DEFAULT_GOAL := build
.PHONY: setup build mpi quickstart test example install dist docs format lint clean

BUILD := swift build -c release
BIN = $(shell $(BUILD) --show-bin-path)
QUICKSTART := runs/quickstart
PREFIX := /usr/local
MPICC := mpicc
LEVELS := x86-64-v3 x86-64-v4

setup:
	@sh scripts/install-libraries.sh

build: setup
	$(BUILD) --product mmbert
	$(BUILD) --product mmbert-train

mpi:
	@BIN="$(BIN)" sh scripts/build-mpi.sh "$(MPICC)"

quickstart: build
	@BIN="$(BIN)" sh scripts/quickstart.sh "$(QUICKSTART)"

test: setup
	$(BUILD) --build-tests
	swift test -c release --skip-build

example: setup
	$(BUILD) --package-path Examples/SemanticSearch

install: build
	@BIN="$(BIN)" sh scripts/install.sh "$(PREFIX)"

dist: setup
	for level in $(LEVELS); do sh scripts/dist.sh "$$level" || exit; done

docs: setup
	$(BUILD) --target Inference
	sh scripts/make-documentation.sh .build/documentation

format:
	swift format --in-place --recursive Package.swift Sources Tests Examples

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Examples

clean:
	rm -rf .build
