/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each allocation of the name and DER code fails once: the answer is RC_NO_MEMORY, and nothing is
 * half done. */
#include "base/text.h"
#include "fail-alloc.h"
#include "pki/der.h"
#include "pki/digest.h"
#include "pki/dn.h"
#include "pki/name.h"

static enum rc
run_dn_parse(struct buf *b)
{
	return dn_parse(b, "CN=\"a\"+OU=\\C3\\A4,1.2.3=#0500,C=DE", NULL);
}

static enum rc
run_dn_from_cn(struct buf *b)
{
	return dn_from_cn(b, span_text("a"), NULL);
}

static enum rc
run_dn_put(struct buf *b)
{
	static const unsigned char name[] = { 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06,
					      0x03, 0x55, 0x04, 0x03, 0x13, 0x01, 0x61 };

	/* Behind what stands there: a name that did not fit leaves no half a line. */
	buf_put_text(b, "subject=");
	dn_put(b, SPAN_OF(name, sizeof(name)));
	if (b->bad)
		assert_int_equal(b->size, 0);
	return buf_rc(b);
}

static enum rc
run_name_parse(struct buf *b)
{
	static const char *const texts[] = {
		"dns:*.\xc3\xbc.example", "dir:CN=a",      "other:1.2.3;UTF8:a",
		"other:1.2.3;0500",       "upn:a@b",       "rid:1.2.3",
		"email:a@b.example",      "uri:https://a/"
	};
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; !rc && i < ARRAY_SIZE(texts); i++)
		rc = name_parse(b, texts[i], NULL);
	return rc;
}

static enum rc
run_constraints(struct buf *b)
{
	static const char *const texts[] = { "dns:.example", "ip:192.0.2.0/24", "email:b.example",
					     "uri:example" };
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; !rc && i < ARRAY_SIZE(texts); i++)
		rc = name_parse_constraint(b, texts[i], NULL);
	return rc;
}

static enum rc
run_name_host(struct buf *b)
{
	return name_host(b, "web.example", NULL);
}

static enum rc
run_ber(struct buf *b)
{
	static const unsigned char ber[] = { 0x30, 0x80, 0x24, 0x80, 4, 1, 1, 4, 1, 2, 0,
					     0,    0x23, 0x80, 3,    2, 0, 1, 0, 0, 0, 0 };

	return der_from_ber(b, SPAN_OF(ber, sizeof(ber)), NULL);
}

static enum rc
run_sort(struct buf *b)
{
	der_put_number(b, 5);
	der_put_number(b, 4);
	return der_sort_set(b, 0);
}

static enum rc
run_dotted(struct buf *b)
{
	return oid_from_dotted(b, span_text("1.2.3"));
}

static enum rc
run_digest(struct buf *b)
{
	struct digest *d;
	enum rc rc = digest_start(&d, HASH_SHA256, NULL);

	digest_finish(&d, NULL);
	return rc ? rc : digest_put_hex(b, HASH_SHA256, SPAN_NONE);
}

static void
test_names(void **state)
{
	(void)state;
	fail_each(run_dn_parse);
	fail_each(run_dn_from_cn);
	fail_each(run_dn_put);
	fail_each(run_name_parse);
	fail_each(run_constraints);
	fail_each(run_name_host);
}

static void
test_der(void **state)
{
	(void)state;
	fail_each(run_ber);
	fail_each(run_sort);
	fail_each(run_dotted);
	fail_each(run_digest);
}

/* A label that does not fit into memory is no name. */
static void
test_looks_like_one(void **state)
{
	(void)state;
	successes = 0;
	assert_false(name_looks_like_one("web.example"));
	successes = -1;
	assert_true(name_looks_like_one("web.example"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_der),
		cmocka_unit_test(test_looks_like_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
