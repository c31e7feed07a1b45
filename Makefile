# make setup       install the system libraries that are missing
# make build       compile everything, optimised
# make quickstart  made-up languages → tokenizer → shards → three phases → merged model
# make test        run all tests
# make format      lay the sources out as .swift-format says

.DEFAULT_GOAL := build
.PHONY: setup build quickstart test format lint clean

BUILD := swift build -c release
BIN = $(shell $(BUILD) --show-bin-path)
QUICKSTART := runs/quickstart

setup:
	@sh scripts/install-libraries.sh

build: setup
	$(BUILD) --product mmbert
	$(BUILD) --product mmbert-train

quickstart: build
	@BIN="$(BIN)" sh scripts/quickstart.sh "$(QUICKSTART)"

test: setup
	$(BUILD) --build-tests
	swift test -c release --skip-build

format:
	swift format --in-place --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

clean:
	rm -rf .build
