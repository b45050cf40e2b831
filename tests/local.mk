# SPDX-License-Identifier: GPL-3.0-or-later
# The tests. One line a file, sorted within its list. A program X is made from X.c. To add one:
#   unit_tests += %D%/unit/test-<layer>-<file>
#   op_tests += %D%/op/test-<noun>
#   fuzz_targets += %D%/fuzz/fuzz-<what>
#   bats_tests += %D%/<folder>/<name>.bats
#   lint_tests += %D%/lint/<name>.sh
# All of them speak TAP. They run at the same time, each in a scratch folder of its own, never in
# the source folder.

unit_tests =
op_tests =
fuzz_targets =
bats_tests =
lint_tests =

# base
unit_tests += %D%/unit/test-base-buf
unit_tests += %D%/unit/test-base-confine
unit_tests += %D%/unit/test-base-crew
unit_tests += %D%/unit/test-base-env
unit_tests += %D%/unit/test-base-err
unit_tests += %D%/unit/test-base-folder
unit_tests += %D%/unit/test-base-fs-stage
unit_tests += %D%/unit/test-base-fs
unit_tests += %D%/unit/test-base-rd
unit_tests += %D%/unit/test-base-secret
unit_tests += %D%/unit/test-base-sweep
unit_tests += %D%/unit/test-base-task
unit_tests += %D%/unit/test-base-text-base64
unit_tests += %D%/unit/test-base-text-time
unit_tests += %D%/unit/test-base-text

# pki
unit_tests += %D%/unit/test-pki-asn1
unit_tests += %D%/unit/test-pki-cert
unit_tests += %D%/unit/test-pki-csr
unit_tests += %D%/unit/test-pki-der
unit_tests += %D%/unit/test-pki-dh
unit_tests += %D%/unit/test-pki-digest
unit_tests += %D%/unit/test-pki-dn
unit_tests += %D%/unit/test-pki-ext
unit_tests += %D%/unit/test-pki-issue
unit_tests += %D%/unit/test-pki-kdf
unit_tests += %D%/unit/test-pki-key
unit_tests += %D%/unit/test-pki-memory
unit_tests += %D%/unit/test-pki-memory-keys
unit_tests += %D%/unit/test-pki-name
unit_tests += %D%/unit/test-pki-oid
unit_tests += %D%/unit/test-pki-path
unit_tests += %D%/unit/test-pki-path-set
unit_tests += %D%/unit/test-pki-pbe
unit_tests += %D%/unit/test-pki-pbe-mac
unit_tests += %D%/unit/test-pki-pkits

# model
unit_tests += %D%/unit/test-model-diff
unit_tests += %D%/unit/test-model-entry
unit_tests += %D%/unit/test-model-kdb
unit_tests += %D%/unit/test-model-memory
unit_tests += %D%/unit/test-model-select

# codec
unit_tests += %D%/unit/test-codec-cms
unit_tests += %D%/unit/test-codec-cms-hostile
unit_tests += %D%/unit/test-codec-cms-memory
unit_tests += %D%/unit/test-codec-cms-samples
unit_tests += %D%/unit/test-codec-codec
unit_tests += %D%/unit/test-codec-corpus
unit_tests += %D%/unit/test-codec-intake
unit_tests += %D%/unit/test-codec-intake-corpus
unit_tests += %D%/unit/test-codec-intake-damage
unit_tests += %D%/unit/test-codec-memory
unit_tests += %D%/unit/test-codec-pair
unit_tests += %D%/unit/test-codec-pem
unit_tests += %D%/unit/test-codec-pkcs12
unit_tests += %D%/unit/test-codec-pkcs12-foreign
unit_tests += %D%/unit/test-codec-pkcs12-tools
unit_tests += %D%/unit/test-codec-pkcs7
unit_tests += %D%/unit/test-codec-stash
unit_tests += %D%/unit/test-codec-stash-loop

# store
unit_tests += %D%/unit/test-store-lock
unit_tests += %D%/unit/test-store-memory
unit_tests += %D%/unit/test-store-stash
unit_tests += %D%/unit/test-store-store

# op
op_tests += %D%/op/test-batch
op_tests += %D%/op/test-batch-memory
op_tests += %D%/op/test-cert
op_tests += %D%/op/test-convert
op_tests += %D%/op/test-csr
op_tests += %D%/op/test-db
op_tests += %D%/op/test-export
op_tests += %D%/op/test-facts
op_tests += %D%/op/test-params
op_tests += %D%/op/test-renew
op_tests += %D%/op/test-runner
op_tests += %D%/op/test-secret-key
op_tests += %D%/op/test-secret-source
op_tests += %D%/op/test-session
op_tests += %D%/op/test-show
op_tests += %D%/op/test-take
op_tests += %D%/op/test-transaction
op_tests += %D%/op/test-verify

# ui
unit_tests += %D%/unit/test-ui-command-text
unit_tests += %D%/unit/test-ui-info-extension
unit_tests += %D%/unit/test-ui-info-memory
unit_tests += %D%/unit/test-ui-info
unit_tests += %D%/unit/test-ui-line
unit_tests += %D%/unit/test-ui-line-signals
unit_tests += %D%/unit/test-ui-line-terminal
unit_tests += %D%/unit/test-ui-menus
unit_tests += %D%/unit/test-ui-progress
unit_tests += %D%/unit/test-ui-run-line
unit_tests += %D%/unit/test-ui-scan
unit_tests += %D%/unit/test-ui-view-json
unit_tests += %D%/unit/test-ui-view-memory
unit_tests += %D%/unit/test-ui-view-text

# fuzz targets: they replay testdata/fuzz/<what>, or are linked with libFuzzer (--enable-fuzzing)
fuzz_targets += %D%/fuzz/fuzz-batch
fuzz_targets += %D%/fuzz/fuzz-cms
fuzz_targets += %D%/fuzz/fuzz-commands
fuzz_targets += %D%/fuzz/fuzz-csr
fuzz_targets += %D%/fuzz/fuzz-der
fuzz_targets += %D%/fuzz/fuzz-gskit
fuzz_targets += %D%/fuzz/fuzz-gskkyman
fuzz_targets += %D%/fuzz/fuzz-intake
fuzz_targets += %D%/fuzz/fuzz-menu
fuzz_targets += %D%/fuzz/fuzz-pem
fuzz_targets += %D%/fuzz/fuzz-pkcs12
fuzz_targets += %D%/fuzz/fuzz-pkcs7
fuzz_targets += %D%/fuzz/fuzz-run
fuzz_targets += %D%/fuzz/fuzz-stash
fuzz_targets += %D%/fuzz/fuzz-words

# the program, from outside
bats_tests += %D%/cli/bad-files.bats
bats_tests += %D%/cli/bad-labels.bats
bats_tests += %D%/cli/bad-requests.bats
bats_tests += %D%/cli/batch.bats
bats_tests += %D%/cli/cert.bats
bats_tests += %D%/cli/checklists.bats
bats_tests += %D%/cli/cms.bats
bats_tests += %D%/cli/cms-odd.bats
bats_tests += %D%/cli/confine.bats
bats_tests += %D%/cli/convert.bats
bats_tests += %D%/cli/copy.bats
bats_tests += %D%/cli/csr.bats
bats_tests += %D%/cli/export.bats
bats_tests += %D%/cli/fips.bats
bats_tests += %D%/cli/foreign.bats
bats_tests += %D%/cli/gskit-cert.bats
bats_tests += %D%/cli/gskit-certreq.bats
bats_tests += %D%/cli/gskit-checklists.bats
bats_tests += %D%/cli/gskit-cms.bats
bats_tests += %D%/cli/gskit-public.bats
bats_tests += %D%/cli/gskit-secret.bats
bats_tests += %D%/cli/gskit.bats
bats_tests += %D%/cli/gskkyman.bats
bats_tests += %D%/cli/help.bats
bats_tests += %D%/cli/hostile.bats
bats_tests += %D%/cli/import.bats
bats_tests += %D%/cli/json.bats
bats_tests += %D%/cli/list.bats
bats_tests += %D%/cli/manual-formats.bats
bats_tests += %D%/cli/manual-gskit.bats
bats_tests += %D%/cli/manual-menu.bats
bats_tests += %D%/cli/manual.bats
bats_tests += %D%/cli/param.bats
bats_tests += %D%/cli/read-only.bats
bats_tests += %D%/cli/record-length.bats
bats_tests += %D%/cli/renew-shape.bats
bats_tests += %D%/cli/renew.bats
bats_tests += %D%/cli/run.bats
bats_tests += %D%/cli/sealed.bats
bats_tests += %D%/cli/secret.bats
bats_tests += %D%/cli/show.bats
bats_tests += %D%/cli/terminal.bats
bats_tests += %D%/cli/usage.bats
bats_tests += %D%/cli/verify.bats
bats_tests += %D%/fault/batch-kill.bats
bats_tests += %D%/fault/cms-kill.bats
bats_tests += %D%/fault/gskit-kill.bats
bats_tests += %D%/fault/two.bats
bats_tests += %D%/fault/modes.bats
bats_tests += %D%/fault/secrets.bats
bats_tests += %D%/interop/corpus.bats
bats_tests += %D%/interop/database.bats
bats_tests += %D%/interop/show-corpus.bats
bats_tests += %D%/menu/bad-input.bats
bats_tests += %D%/menu/cms.bats
bats_tests += %D%/menu/cut.bats
bats_tests += %D%/menu/golden.bats
bats_tests += %D%/menu/labels.bats
bats_tests += %D%/menu/pipes.bats
bats_tests += %D%/menu/seed.bats
bats_tests += %D%/menu/terminal.bats

# the project itself
lint_tests += %D%/lint/codes.sh
lint_tests += %D%/lint/format.sh
lint_tests += %D%/lint/functions.sh
lint_tests += %D%/lint/layers.sh
lint_tests += %D%/lint/man.sh
lint_tests += %D%/lint/outside-headers.sh
lint_tests += %D%/lint/shell.sh

# These tests make each allocation fail once (unit/fail-alloc.h).
fail_alloc_ldflags = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray
%C%_op_test_batch_memory_LDFLAGS = $(fail_alloc_ldflags)
%C%_unit_test_codec_cms_memory_LDFLAGS = $(fail_alloc_ldflags)
%C%_unit_test_codec_memory_LDFLAGS = $(fail_alloc_ldflags)
%C%_unit_test_model_memory_LDFLAGS = $(fail_alloc_ldflags)
%C%_unit_test_pki_memory_LDFLAGS = $(fail_alloc_ldflags)
%C%_unit_test_pki_memory_keys_LDFLAGS = $(fail_alloc_ldflags)
%C%_unit_test_store_memory_LDFLAGS = $(fail_alloc_ldflags)
%C%_unit_test_ui_info_memory_LDFLAGS = $(fail_alloc_ldflags)
# Digests without the byte that is sought.
%C%_unit_test_codec_stash_loop_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=digest_of
# Digests that fail, see test-ui-view-memory.c.
%C%_unit_test_ui_view_memory_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=digest_of,--wrap=digest_put_hex

# A fuzz target has no main: without libFuzzer it takes the one of this library, others leave it.
check_LIBRARIES += %D%/fuzz/libreplay.a
%C%_fuzz_libreplay_a_SOURCES = %D%/fuzz/replay.c

# What targets of formats share.
fuzz_share = %D%/fuzz/share.c %D%/fuzz/share.h
%C%_fuzz_fuzz_cms_SOURCES = %D%/fuzz/fuzz-cms.c $(fuzz_share)
%C%_fuzz_fuzz_der_SOURCES = %D%/fuzz/fuzz-der.c $(fuzz_share)
%C%_fuzz_fuzz_intake_SOURCES = %D%/fuzz/fuzz-intake.c $(fuzz_share)
%C%_fuzz_fuzz_pem_SOURCES = %D%/fuzz/fuzz-pem.c $(fuzz_share)
%C%_fuzz_fuzz_pkcs12_SOURCES = %D%/fuzz/fuzz-pkcs12.c $(fuzz_share)

# Whole front ends, in a scratch folder.
fuzz_world_ldflags = $(AM_LDFLAGS) -Wl,--wrap=open,--wrap=openat,--wrap=rename,--wrap=renameat2 \
	-Wl,--wrap=link,--wrap=linkat,--wrap=unlink,--wrap=unlinkat,--wrap=read \
	-Wl,--wrap=fsync,--wrap=syncfs,--wrap=confine \
	-Wl,--wrap=env_random,--wrap=kdf_run,--wrap=key_generate
fuzz_world = %D%/fuzz/world.c %D%/fuzz/world.h
%C%_fuzz_fuzz_batch_SOURCES = %D%/fuzz/fuzz-batch.c $(fuzz_world)
%C%_fuzz_fuzz_batch_LDFLAGS = $(fuzz_world_ldflags)
%C%_fuzz_fuzz_commands_SOURCES = %D%/fuzz/fuzz-commands.c $(fuzz_world)
%C%_fuzz_fuzz_commands_LDFLAGS = $(fuzz_world_ldflags)
%C%_fuzz_fuzz_gskit_SOURCES = %D%/fuzz/fuzz-gskit.c $(fuzz_world)
%C%_fuzz_fuzz_gskit_LDFLAGS = $(fuzz_world_ldflags)
%C%_fuzz_fuzz_gskkyman_SOURCES = %D%/fuzz/fuzz-gskkyman.c $(fuzz_world)
%C%_fuzz_fuzz_gskkyman_LDFLAGS = $(fuzz_world_ldflags)
%C%_fuzz_fuzz_menu_SOURCES = %D%/fuzz/fuzz-menu.c $(fuzz_world)
%C%_fuzz_fuzz_menu_LDFLAGS = $(fuzz_world_ldflags)
%C%_fuzz_fuzz_run_SOURCES = %D%/fuzz/fuzz-run.c $(fuzz_world)
%C%_fuzz_fuzz_run_LDFLAGS = $(fuzz_world_ldflags)

if FUZZING
LDADD = $(kyman_libs) $(FUZZ_LDFLAGS)
check_PROGRAMS += $(fuzz_targets)
else
LDADD = %D%/fuzz/libreplay.a $(kyman_libs) $(CMOCKA_LIBS)
check_PROGRAMS += $(fuzz_targets)
TESTS += $(fuzz_targets)
# What tests/fault/secrets.bats looks with.
check_PROGRAMS += %D%/fault/scan
if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests) $(op_tests)
TESTS += $(unit_tests) $(op_tests)
endif
TESTS += $(bats_tests) $(lint_tests)
endif

%C%_fault_scan_LDADD =
EXTRA_DIST += %D%/fault/secrets.py
EXTRA_DIST += %D%/unit/kdb-make.h %D%/unit/p12-make.h %D%/unit/pki-tool.h
EXTRA_DIST += %D%/unit/cms-make.h
EXTRA_DIST += %D%/unit/fail-alloc.h
EXTRA_DIST += %D%/unit/forge.h
EXTRA_DIST += %D%/unit/hex.h
EXTRA_DIST += %D%/unit/info-screen.h
EXTRA_DIST += %D%/unit/intake-help.h
EXTRA_DIST += %D%/unit/pki-world.h
EXTRA_DIST += %D%/unit/line-play.h %D%/unit/scene.h
EXTRA_DIST += %D%/unit/scratch.h
EXTRA_DIST += %D%/unit/view-catch.h
EXTRA_DIST += %D%/op/ring.h
EXTRA_DIST += %D%/op/world.h %D%/unit/store-world.h
EXTRA_DIST += $(bats_tests) $(lint_tests) \
	%D%/cli/foreign.py \
	%D%/cli/formats.py \
	%D%/cli/gskit.bash \
	%D%/cli/handshake.bash \
	%D%/cli/helpers.bash \
	%D%/cli/hostile.py \
	%D%/cli/lies.py \
	%D%/cli/refuse.bash \
	%D%/cli/scene.bash \
	%D%/cli/surgery.py \
	%D%/cli/terminal.py \
	%D%/coverage.sh \
	%D%/coverage.txt \
	%D%/fault/kill.bash \
	%D%/interop/corpus.py \
	%D%/interop/show-corpus.py \
	%D%/demo.sh \
	%D%/lint/cppcheck.txt \
	%D%/menu/cut.py \
	%D%/menu/expired.kdb \
	%D%/menu/expired.p12 \
	%D%/menu/menus.bash \
	%D%/menu/seed-004.lines \
	%D%/menu/seed.py \
	%D%/menu/touched.py \
	%D%/menu/transcript.py \
	%D%/run-bats.sh \
	%D%/run-unit.sh

# Sessions of the menus, and what they printed.
menu_stories =
menu_stories += %D%/menu/again
menu_stories += %D%/menu/certificates
menu_stories += %D%/menu/commands
menu_stories += %D%/menu/create
menu_stories += %D%/menu/database
menu_stories += %D%/menu/expired
menu_stories += %D%/menu/failed
menu_stories += %D%/menu/file
menu_stories += %D%/menu/keys
menu_stories += %D%/menu/lists
menu_stories += %D%/menu/names
menu_stories += %D%/menu/parameters
menu_stories += %D%/menu/refused
menu_stories += %D%/menu/requests
menu_stories += %D%/menu/seed-004
menu_stories += %D%/menu/self-signed
menu_stories += %D%/menu/signed
menu_stories += %D%/menu/zero
EXTRA_DIST += $(menu_stories:=.in) $(menu_stories:=.out)

AM_TESTS_ENVIRONMENT = \
	LC_ALL=C; export LC_ALL; \
	TZ=UTC; export TZ; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	KYMAN='$(abs_top_builddir)/kyman$(EXEEXT)'; export KYMAN; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir;

TEST_EXTENSIONS = .sh .bats
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/run-unit.sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
BATS_LOG_DRIVER = $(LOG_DRIVER)
BATS_LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/run-bats.sh

# The programs of our own making; what bats starts is not looked at.
VALGRIND = valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite,indirect
check-valgrind: $(check_PROGRAMS)
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(unit_tests) $(op_tests)' \
		LOG_COMPILER='$(LOG_COMPILER) $(VALGRIND)'

# A process that is killed counts no lines: the tests of faults would take long, and add nothing.
coverage:
	find . -name '*.gcda' -exec rm -f {} +
	-$(MAKE) $(AM_MAKEFLAGS) check TESTS="`printf '%s\n' $(TESTS) | grep -v /fault/`"
	$(SHELL) $(top_srcdir)/tests/coverage.sh $(top_srcdir)/tests/coverage.txt

EXTRA_PROGRAMS += %D%/bench/issue %D%/bench/make-store %D%/bench/measure %D%/bench/pbkdf2
%C%_bench_issue_LDADD = $(kyman_libs)
%C%_bench_make_store_LDADD = $(kyman_libs)
%C%_bench_pbkdf2_LDADD = $(kyman_libs)
CLEANFILES += %D%/bench/issue$(EXEEXT) %D%/bench/make-store$(EXEEXT) \
	%D%/bench/measure$(EXEEXT) %D%/bench/pbkdf2$(EXEEXT) bench.json
EXTRA_DIST += %D%/bench/bench.py %D%/bench/run.sh

bench: kyman$(EXEEXT) %D%/bench/issue$(EXEEXT) %D%/bench/make-store$(EXEEXT) \
	%D%/bench/measure$(EXEEXT) %D%/bench/pbkdf2$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(top_srcdir)/tests/bench/run.sh

if FUZZING
fuzz: $(fuzz_targets)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(top_srcdir)/tests/fuzz/run.sh $(fuzz_targets)
else
fuzz:
	@echo 'make fuzz: needs ./configure --enable-fuzzing CC=clang' >&2
	@exit 1
endif
EXTRA_DIST += %D%/fuzz/run.sh

.PHONY: bench check-valgrind coverage fuzz
