# Builds Osler. `make help` lists the targets. Everything built goes below build/.
#
#   build/osler-index, osler-query, osler_tokenizer.so   what `make install` copies
#   build/libosler.a  what osler-query is made of, for other programs
#   build/release/    the objects of all these; build/extension/ those of osler_tokenizer.so
#   build/sanitize/   programs and unit tests with AddressSanitizer and UndefinedBehaviorSanitizer
#   build/fuzz/       fuzz targets, and what they have learned
#   build/bench/      what `make bench` compares with, its corpora and indexes; build/eval/ osler-query
#                     with one stage of ranking left out
#
# Every .c file in store/, indexer/ and query/ and their folders is found by itself; so is every tests/unit/test_*.c.

PREFIX  = /usr/local
DESTDIR =
BUILD   = build
# WERROR=1 turns warnings into errors.
WERROR  =
OPTIMIZE = -O3 -g

WARNINGS = -Wall -Wextra -Wshadow -Wconversion $(if $(WERROR),-Werror)
SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
COMPILE  = $(CC) -std=c17 -D_GNU_SOURCE -I. -fPIC -MMD -MP $(WARNINGS) $(XML_FLAGS) $(CPPFLAGS)
LINK     = -Wl,--as-needed $(LDFLAGS)

# pkg-config is asked when a recipe needs the answer, not when this file is read: it may be missing
# until tools/setup has run. Debian has no .pc file for stemmer.
pkg_config = $(or $(shell pkg-config $(1)),$(error pkg-config does not find $(1): run tools/setup build))
XML_FLAGS   = $(eval XML_FLAGS := $(call pkg_config,--cflags libxml-2.0))$(XML_FLAGS)
QUERY_LIBS  = $(eval QUERY_LIBS := $(call pkg_config,--libs sqlite3) -lstemmer -lm)$(QUERY_LIBS)
STATIC_LIBS = $(eval STATIC_LIBS := $(call pkg_config,--static --libs sqlite3) -lstemmer -lm)$(STATIC_LIBS)
INDEX_LIBS  = $(eval INDEX_LIBS := \
	$(call pkg_config,--libs libxml-2.0 libcurl libcjson md4c yaml-0.1 nettle zlib libisal) $(QUERY_LIBS) -pthread)$(INDEX_LIBS)
XAPIAN_FLAGS = $(eval XAPIAN_FLAGS := $(call pkg_config,--cflags --libs xapian-core))$(XAPIAN_FLAGS)
CMOCKA_LIBS = $(eval CMOCKA_LIBS := $(call pkg_config,--libs cmocka))$(CMOCKA_LIBS)

store   := $(filter-out store/extension.c,$(wildcard store/*.c))
indexer := $(filter-out indexer/main.c,$(wildcard indexer/*.c indexer/*/*.c))
query   := $(filter-out query/main.c,$(wildcard query/*.c query/*/*.c))
units   := $(wildcard tests/unit/test_*.c)
fuzzers := $(wildcard tests/fuzz/fuzz_*.c)

release  = $(patsubst %.c,$(BUILD)/release/%.o,$(1))
sanitize = $(patsubst %.c,$(BUILD)/sanitize/%.o,$(1))
extension = $(patsubst %.c,$(BUILD)/extension/%.o,$(1))

PROGRAMS      = $(BUILD)/osler-index $(BUILD)/osler-query
BENCH_PROGRAMS = $(addprefix $(BUILD)/bench/,osler-index xapian_peer exactness)
UNIT_PROGRAMS = $(units:tests/unit/%.c=$(BUILD)/sanitize/unit/%)
FUZZ_PROGRAMS = $(fuzzers:tests/fuzz/%.c=$(BUILD)/fuzz/%)
# For the targets that start make again: quietly, as many jobs as cores unless -j was given.
ALL_CORES = --silent --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all demo test unit check bench bench-programs eval fuzz install uninstall clean help sanitize sanitize-objects
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAMS) $(BUILD)/osler_tokenizer.so $(BUILD)/libosler.a ## build both programs, the SQLite extension and the library

index_demo = $(BUILD)/osler-index -v -i $(BUILD)/demo.db corpus/
query_demo = $(BUILD)/osler-query -i $(BUILD)/demo.db "genomic research Mount Sinai"

# A source that could not be fetched makes osler-index exit with 1; the index is there all the same.
demo: ## set up, build, index corpus/ and ask a first question
	@tools/setup build
	@echo "Building $(BUILD)/osler-index and $(BUILD)/osler-query"
	@$(MAKE) $(ALL_CORES) all
	@echo '$$ $(index_demo)'; $(index_demo) || test $$? -eq 1
	@echo '$$ $(query_demo)'; $(query_demo)

test: ## set up, build and run every test
	@tools/setup test
	@echo "Building the programs, and the tests with sanitizers"
	@$(MAKE) $(ALL_CORES) all sanitize
	@tests/run

unit: sanitize ## run the unit tests only
	@tests/run unit

check: ## formatting, warnings of gcc and clang, static analysis, who includes whom
	@MAKE="$(MAKE) $(ALL_CORES)" tools/check

bench: all ## measure speed, beside other engines (OSLER_EVAL=collections BENCH_SIZES=passages)
	@BUILD=$(BUILD) MAKE="$(MAKE) $(ALL_CORES)" tests/bench/run.sh speed

bench-programs: $(BENCH_PROGRAMS)

eval: all ## measure the quality of ranking, with every stage left out once (OSLER_EVAL=collections)
	@BUILD=$(BUILD) MAKE="$(MAKE) $(ALL_CORES)" tests/bench/run.sh quality

fuzz: ## fuzz each parser for FUZZ_SECONDS=60
	@tools/setup fuzz
	@$(MAKE) $(ALL_CORES) $(FUZZ_PROGRAMS)
	@tests/fuzz/run $(FUZZ_PROGRAMS)

install: all ## install into PREFIX=/usr/local, below DESTDIR=
	install -D -t $(DESTDIR)$(PREFIX)/bin $(PROGRAMS)
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/osler $(BUILD)/osler_tokenizer.so
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 doc/osler-index.1 doc/osler-query.1
	install -D -m 644 completion/osler.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/osler-index
	ln -sf osler-index $(DESTDIR)$(PREFIX)/share/bash-completion/completions/osler-query

uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(notdir $(PROGRAMS)))
	rm -f $(DESTDIR)$(PREFIX)/lib/osler/osler_tokenizer.so
	rm -f $(DESTDIR)$(PREFIX)/share/man/man1/osler-index.1 $(DESTDIR)$(PREFIX)/share/man/man1/osler-query.1
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/share/bash-completion/completions/,$(notdir $(PROGRAMS)))
	rmdir $(DESTDIR)$(PREFIX)/lib/osler 2>/dev/null || true

clean: ## remove build/
	rm -rf $(BUILD)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

sanitize: $(UNIT_PROGRAMS) $(PROGRAMS:$(BUILD)/%=$(BUILD)/sanitize/%)

sanitize-objects: $(call sanitize,$(store) $(indexer) $(query) $(units))

$(BUILD)/osler-index: $(call release,indexer/main.c $(indexer) $(store))
	$(CC) $(LINK) -o $@ $^ $(INDEX_LIBS)

# osler-query lives for two milliseconds; loading libc and libm at each start would add a seventh. SQLite calls
# dlopen for extensions, of which osler-query loads none, and ld warns of any such call.
$(BUILD)/osler-query: $(call release,query/main.c $(query) $(store))
	$(CC) -static -Wl,--wrap=dlopen,--defsym=__wrap_dlopen=abort $(LINK) -o $@ $^ $(STATIC_LIBS)

$(BUILD)/libosler.a: $(call release,$(query) $(store))
	rm -f $@ && $(AR) rcs $@ $^

# It calls the SQLite of the program that loads it, never one of its own, and shows that program
# nothing but its entry point.
$(BUILD)/osler_tokenizer.so: $(call extension,$(addprefix store/,extension.c fts5.c fts5_api.c lexicon.c tokenizer.c \
		token_list.c token_limit.c word_forms.c word_parts.c raw_words.c stemmer.c spelling.c function_words.c utf8.c buffer.c error.c))
	$(CC) -shared $(LINK) -Wl,-z,defs -o $@ $^ -lstemmer

$(BUILD)/extension/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(OPTIMIZE) $(CFLAGS) -fvisibility=hidden -DOSLER_EXTENSION -c -o $@ $<

$(BUILD)/release/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(OPTIMIZE) $(CFLAGS) -c -o $@ $<

$(BUILD)/sanitize/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(SANITIZE) $(CFLAGS) -c -o $@ $<

$(BUILD)/sanitize/libtested.a: $(call sanitize,$(store) $(indexer) $(query))
	rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/sanitize/osler-index: $(call sanitize,indexer/main.c $(indexer) $(store))
	$(CC) $(SANITIZE) $(LINK) -o $@ $^ $(INDEX_LIBS)

$(BUILD)/sanitize/osler-query: $(call sanitize,query/main.c $(query) $(store))
	$(CC) $(SANITIZE) $(LINK) -o $@ $^ $(QUERY_LIBS)

$(BUILD)/sanitize/unit/%: $(BUILD)/sanitize/tests/unit/%.o $(BUILD)/sanitize/libtested.a
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) $(LINK) -o $@ $^ $(CMOCKA_LIBS) $(INDEX_LIBS)

# osler-index with a clock at every call for its postings.
clocked = inversion_add_text inversion_close postings_writer_add postings_writer_flush

$(BUILD)/bench/osler-index: $(call release,indexer/main.c $(indexer) $(store) tests/bench/postings_clock.c)
	@mkdir -p $(@D)
	$(CC) $(LINK) $(clocked:%=-Wl,--wrap=%) -o $@ $^ $(INDEX_LIBS)

$(BUILD)/bench/exactness: $(call release,tests/bench/exactness.c $(query) $(store))
	@mkdir -p $(@D)
	$(CC) $(LINK) -o $@ $^ $(CMOCKA_LIBS) $(QUERY_LIBS)

$(BUILD)/bench/xapian_peer: tests/bench/xapian_peer.cc Makefile
	@mkdir -p $(@D)
	$(CXX) -O2 -Wall -Wextra $(if $(WERROR),-Werror) -o $@ $< $(XAPIAN_FLAGS)

# libFuzzer comes with clang.
$(BUILD)/fuzz/%: CC = clang
$(BUILD)/fuzz/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(SANITIZE) -fsanitize=fuzzer-no-link $(CFLAGS) -c -o $@ $<

$(BUILD)/fuzz/libtested.a: $(patsubst %.c,$(BUILD)/fuzz/%.o,$(store) $(indexer) $(query))
	rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/fuzz/%: $(BUILD)/fuzz/tests/fuzz/%.o $(BUILD)/fuzz/libtested.a
	$(CC) $(SANITIZE) -fsanitize=fuzzer $(LINK) -o $@ $^ $(INDEX_LIBS)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
