/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "pki/asn1.h"
#include "pki/der.h"

static int
load(void **state)
{
	struct asn1_schema *schema = NULL;

	if (asn1_schema_new(&schema))
		return -1;
	*state = schema;
	return 0;
}

static int
drop(void **state)
{
	struct asn1_schema *schema = *state;

	asn1_schema_free(&schema);
	asn1_schema_free(&schema); /* NULL is fine */
	return 0;
}

/* The structure in hexadecimal. */
static void
gives(struct asn1 *a, const char *want)
{
	struct buf out = BUF_INIT;
	struct buf text = BUF_INIT;

	assert_int_equal(asn1_put(&out, a), RC_OK);
	assert_int_equal(der_check(buf_span(&out)), RC_OK);
	text_put_hex(&text, buf_span(&out));
	assert_string_equal(buf_text(&text), want);
	buf_release(&out);
	buf_release(&text);
}

/* X.690 section 11.5: a value that is the DEFAULT is not written. */
static void
defaults_are_left_out(void **state)
{
	struct asn1 a = ASN1_INIT;

	asn1_begin(&a, *state, "BasicConstraints");
	asn1_set_bool(&a, "cA", false);
	asn1_absent(&a, "pathLenConstraint");
	gives(&a, "3000");
	asn1_begin(&a, *state, "BasicConstraints");
	asn1_set_bool(&a, "cA", true);
	asn1_set_number(&a, "pathLenConstraint", 0);
	gives(&a, "30060101ff020100");
}

static void
integers_are_shortest(void **state)
{
	static const unsigned char zeros[] = { 0, 0, 0, 0x80 };
	static const unsigned char null[] = { DER_NULL, 0 };
	struct asn1 a = ASN1_INIT;

	asn1_begin(&a, *state, "CertificationRequestInfo");
	asn1_set(&a, "version", SPAN_OF(zeros, sizeof(zeros)));
	asn1_set(&a, "subject", SPAN_OF(null, sizeof(null)));
	asn1_set(&a, "subjectPublicKeyInfo", SPAN_OF(null, sizeof(null)));
	gives(&a, "300a0202008005000500a000");
}

static void
lists_and_choices_grow(void **state)
{
	struct asn1 a = ASN1_INIT;

	asn1_begin(&a, *state, "GeneralNames");
	asn1_append(&a, "");
	asn1_choose(&a, "?LAST", "uniformResourceIdentifier");
	asn1_set(&a, "?LAST.uniformResourceIdentifier", span_text("a:b"));
	gives(&a, "30058603613a62");
	asn1_begin(&a, *state, "ExtKeyUsage");
	asn1_append(&a, "");
	asn1_set_oid(&a, "?LAST", OID_EKU_ANY);
	gives(&a, "30060604551d2500");
}

static void
bit_strings_have_unused_bits(void **state)
{
	static const unsigned char bits[] = { 0x06, 0x80 };
	struct asn1 a = ASN1_INIT;

	asn1_begin(&a, *state, "KeyUsage");
	asn1_set_bits(&a, "", SPAN_OF(bits, sizeof(bits)), 7);
	gives(&a, "03020106");
	asn1_begin(&a, *state, "KeyUsage");
	asn1_set_bits(&a, "", SPAN_OF(bits, sizeof(bits)), 9);
	gives(&a, "0303070680");
}

static void
faults_are_sticky(void **state)
{
	struct buf out = BUF_INIT;
	struct asn1 a = ASN1_INIT;

	asn1_begin(&a, *state, "Nothing");
	asn1_set_bool(&a, "x", true);
	assert_int_equal(asn1_put(&out, &a), RC_INTERNAL);
	asn1_begin(&a, *state, "BasicConstraints");
	asn1_set_number(&a, "noSuchField", 1);
	asn1_set_bool(&a, "cA", true);
	assert_int_equal(asn1_put(&out, &a), RC_INTERNAL);
	asn1_begin(&a, *state, "AuthorityKeyIdentifier");
	asn1_set(&a, "keyIdentifier", SPAN_NONE);
	assert_int_equal(asn1_put(&out, &a), RC_INTERNAL);
	asn1_begin(&a, *state, "AuthorityKeyIdentifier"); /* a field is missing */
	assert_int_equal(asn1_put(&out, &a), RC_INTERNAL);
	asn1_begin(&a, *state, "KeyUsage");
	asn1_set_bits(&a, "", SPAN_NONE, (size_t)INT32_MAX + 1);
	assert_int_equal(asn1_put(&out, &a), RC_LIMIT);
	assert_int_equal(out.size, 0);
	asn1_release(&a);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_left_out),
		cmocka_unit_test(integers_are_shortest),
		cmocka_unit_test(lists_and_choices_grow),
		cmocka_unit_test(bit_strings_have_unused_bits),
		cmocka_unit_test(faults_are_sticky),
	};

	return cmocka_run_group_tests(tests, load, drop);
}
