# SPDX-License-Identifier: GPL-3.0-or-later
# The fault tests that faults.py drives; see HACKING. KYMAN_FAULTS=all in the environment has them try
# every point, and the others of this folder, too.
fault_tests =
fault_tests += %D%/calls.sh
fault_tests += %D%/disk.sh
fault_tests += %D%/kill.sh
fault_tests += %D%/memory.sh
fault_tests += %D%/power.sh

# Preloaded into kyman as it is. Not a library of ours: there is no libtool.
fault_libraries = %D%/fail.so %D%/nfs.so
build_fault_library = $(AM_V_CC)$(MKDIR_P) %D% && $(CC) -D_GNU_SOURCE $(WARN_CFLAGS) $(CFLAGS) \
	-U_FORTIFY_SOURCE -fPIC -shared -o $@
%D%/fail.so: $(srcdir)/%D%/fail.c
	$(build_fault_library) $(srcdir)/%D%/fail.c $(LDFLAGS) -ldl
%D%/nfs.so: $(srcdir)/%D%/nfs.c
	$(build_fault_library) $(srcdir)/%D%/nfs.c $(LDFLAGS)
CLEANFILES += $(fault_libraries)
EXTRA_DIST += $(fault_tests) \
	%D%/calls.py \
	%D%/disk.py \
	%D%/engine.py \
	%D%/fail.c \
	%D%/faults.py \
	%D%/kill.py \
	%D%/memory.py \
	%D%/nfs.c \
	%D%/operations.py \
	%D%/power.py \
	%D%/table.py

if !FUZZING
check_DATA += $(fault_libraries)
TESTS += $(fault_tests)
endif

# All of it: some twenty minutes on two cores.
check-faults:
	status=0; every='$(fault_tests)'; \
	for test in $(bats_tests); do \
		case $$test in %D%/*) every="$$every $$test" ;; esac; \
	done; \
	KYMAN_FAULTS=all $(MAKE) $(AM_MAKEFLAGS) check TESTS="$$every" || status=$$?; \
	python3 -B $(srcdir)/%D%/table.py %D%/*.log; \
	exit $$status

.PHONY: check-faults
