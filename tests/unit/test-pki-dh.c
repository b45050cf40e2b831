/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/dh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki/der.h"

/* RFC 7919 appendix A: each prime has 64 set bits at either end, the generator is 2. */
static void
groups_are_those_of_the_rfc(void **state)
{
	static const struct {
		const char *name;
		size_t bytes;
	} cases[] = { { "ffdhe2048", 256 }, { "ffdhe3072", 384 }, { "FFDHE4096", 512 } };

	static const unsigned char ends[9] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out = BUF_INIT;
		struct span prime = SPAN_NONE;
		uint64_t base = 0;
		uint64_t bits = 0;
		struct span in = SPAN_NONE;

		assert_int_equal(dh_put_parameters(&out, cases[i].name), RC_OK);
		assert_int_equal(der_only(buf_span(&out), DER_SEQUENCE, &in), RC_OK);
		assert_int_equal(der_take(&in, DER_INTEGER, &prime), RC_OK);
		assert_int_equal(prime.size, cases[i].bytes + 1);
		assert_true(
		    span_equal(span_part(prime, 0, sizeof(ends)), SPAN_OF(ends, sizeof(ends))));
		assert_true(span_equal(span_part(prime, prime.size - 8, 8), SPAN_OF(ends + 1, 8)));
		assert_int_equal(der_take_number(&in, &base), RC_OK);
		assert_int_equal(base, 2);
		/* Twice the strength at the least (section 5.2). */
		assert_int_equal(der_take_number(&in, &bits), RC_OK);
		assert_in_range(bits, 224, 512);
		assert_int_equal(in.size, 0);
		buf_release(&out);
	}
}

static void
names_are_known(void **state)
{
	struct buf out = BUF_INIT;
	size_t n = 0;

	(void)state;
	for (; dh_group(n); n++) {
		assert_int_equal(dh_put_parameters(&out, dh_group(n)), RC_OK);
		buf_release(&out);
	}
	assert_int_equal(n, 3);
	assert_int_equal(dh_put_parameters(&out, "ffdhe1024"), RC_NOT_FOUND);
	assert_int_equal(dh_put_parameters(&out, ""), RC_NOT_FOUND);
	assert_int_equal(out.size, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_those_of_the_rfc),
		cmocka_unit_test(names_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
