/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "codec/pem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define B "-----BEGIN CERTIFICATE-----"
#define E "-----END CERTIFICATE-----"

/* The codes of what was noted, each followed by a blank. */
static void
collect(void *self, const char *code, const char *message)
{
	struct buf *codes = self;

	assert_true(strlen(message) > 0);
	buf_printf(codes, "%s ", code);
}

static void
test_put(void **state)
{
	unsigned char der[50] = { 0 };
	struct buf out = BUF_INIT;

	(void)state;
	pem_put(&out, "CERTIFICATE", SPAN_OF(der, 50));
	assert_string_equal(buf_text(&out),
			    B "\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
			      "AAA=\n" E "\n");
	buf_cut(&out, 0);
	pem_put(&out, "X", SPAN_NONE);
	assert_string_equal(buf_text(&out), "-----BEGIN X-----\n-----END X-----\n");
	buf_release(&out);
}

static void
test_secret_equals_put(void **state)
{
	unsigned char der[200];
	struct buf out = BUF_INIT;
	struct secret *s = NULL;
	size_t size;

	(void)state;
	memset(der, 0xa5, sizeof(der));
	for (size = 0; size <= sizeof(der); size++) {
		pem_put(&out, "PRIVATE KEY", SPAN_OF(der, size));
		assert_int_equal(pem_secret(&s, "PRIVATE KEY", SPAN_OF(der, size)), RC_OK);
		assert_true(span_equal(secret_span(s), buf_span(&out)));
		secret_free(&s);
		buf_cut(&out, 0);
	}
	buf_release(&out);
	assert_int_equal(pem_secret(&s, "PRIVATE KEY", SPAN_OF(der, (size_t)SECRET_MAX + 1)),
			 RC_LIMIT);
	assert_null(s);
}

static const struct {
	const char *why;
	const char *text;
	enum rc rc;
	const char *label;
	const char *base64; /* of the body, without white space */
	const char *codes;
} blocks[] = {
	{ "as it is written", B "\nAAAA\nBBBB\n" E "\n", RC_OK, "CERTIFICATE", "AAAABBBB", "" },
	{ "no line end at the end", B "\nAAAA\n" E, RC_OK, "CERTIFICATE", "AAAA", "" },
	{ "CRLF and trailing blanks", B " \r\nAAAA \t\r\n" E "\r\n", RC_OK, "CERTIFICATE", "AAAA",
	  "" },
	{ "text around", "hello\n\n" B "\nAAAA\n" E "\nbye\n", RC_OK, "CERTIFICATE", "AAAA", "" },
	{ "blank lines within", B "\n\n\nAAAA\n\n" E "\n", RC_OK, "CERTIFICATE", "AAAA", "" },
	{ "a dash missing before BEGIN", "----BEGIN CERTIFICATE-----\nAAAA\n" E, RC_OK,
	  "CERTIFICATE", "AAAA", "dash-missing " },
	{ "a dash missing behind it", "-----BEGIN CERTIFICATE----\nAAAA\n" E, RC_OK, "CERTIFICATE",
	  "AAAA", "dash-missing " },
	{ "a dash missing before END", B "\nAAAA\n----END CERTIFICATE-----\n", RC_OK, "CERTIFICATE",
	  "AAAA", "dash-missing " },
	{ "no dashes behind", "-----BEGIN CERTIFICATE\nAAAA\n-----END CERTIFICATE\n", RC_OK,
	  "CERTIFICATE", "AAAA", "dash-missing dash-missing " },
	{ "no dashes before", "BEGIN CERTIFICATE-----\nAAAA\nEND CERTIFICATE-----\n", RC_OK,
	  "CERTIFICATE", "AAAA", "dash-missing dash-missing " },
	{ "six dashes", "------BEGIN CERTIFICATE------\nAAAA\n" E, RC_OK, "CERTIFICATE", "AAAA",
	  "dash-missing " },
	{ "lower case", "-----begin certificate-----\nAAAA\n-----end certificate-----\n", RC_OK,
	  "certificate", "AAAA", "odd-mark odd-mark " },
	{ "blanks in the mark", "----- BEGIN  CERTIFICATE -----\nAAAA\n" E, RC_OK, "CERTIFICATE",
	  "AAAA", "odd-mark " },
	{ "all in one line", B "AAAABBBB" E, RC_OK, "CERTIFICATE", "AAAABBBB", "one-long-line " },
	{ "all in one line, blanks for line ends", B " AAAA BBBB " E, RC_OK, "CERTIFICATE",
	  "AAAABBBB", "one-long-line " },
	{ "a line of 80",
	  B "\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" E,
	  RC_OK, "CERTIFICATE",
	  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	  "one-long-line " },
	{ "all indented", "  " B "\n  AAAA\n  " E "\n", RC_OK, "CERTIFICATE", "AAAA",
	  "indented indented " },
	{ "text before the mark", "cert: " B "\nAAAA\n" E, RC_OK, "CERTIFICATE", "AAAA",
	  "indented " },
	{ "a byte order mark between files", "x\n\xef\xbb\xbf" B "\nAAAA\n" E, RC_OK, "CERTIFICATE",
	  "AAAA", "bom " },
	{ "no BEGIN line", "AAAA\nBBBB\n" E "\n", RC_OK, "CERTIFICATE", "AAAABBBB",
	  "no-begin-line " },
	{ "no BEGIN line behind text", "about it:\nAAAA\n" E "\n", RC_OK, "CERTIFICATE", "AAAA",
	  "no-begin-line " },
	{ "marks of two kinds", B "\nAAAA\n-----END X509 CRL-----\n", RC_OK, "CERTIFICATE", "AAAA",
	  "marks-differ " },
	{ "no END line", B "\nAAAA\n", RC_DAMAGED, "CERTIFICATE", "AAAA", "" },
	{ "BEGIN within a block", B "\nAAAA\n" B "\nBBBB\n" E, RC_DAMAGED, "CERTIFICATE", "AAAA",
	  "" },
	{ "nothing", "", RC_NOT_FOUND, "", "", "" },
	{ "prose", "-- let us begin this --\n--- END of it ---\n- BEGIN -\n", RC_NOT_FOUND, "", "",
	  "" },
	{ "a lone END mark", "hello.\n" E "\n", RC_NOT_FOUND, "", "", "" },
	{ "no blank behind BEGIN", "-----BEGINCERTIFICATE-----\n", RC_NOT_FOUND, "", "", "" },
	{ "a label too long to be one",
	  "-----BEGIN AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-----",
	  RC_NOT_FOUND, "", "", "" },
	{ "a label with a dash", "-----BEGIN X509-CRL-----\nAAAA\n-----END X509-CRL-----\n", RC_OK,
	  "X509-CRL", "AAAA", "" },
};

static void
assert_base64(struct span body, const char *expected, const char *why)
{
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < body.size; i++) {
		if (body.data[i] > ' ')
			buf_put_byte(&text, body.data[i]);
	}
	if (strcmp(buf_text(&text), expected) != 0)
		fail_msg("%s: body '%s'", why, buf_text(&text));
	buf_release(&text);
}

static void
test_next(void **state)
{
	struct pem_block block;
	struct span text;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		struct buf codes = BUF_INIT;
		struct notes notes = { collect, &codes };
		enum rc rc;

		text = span_text(blocks[i].text);
		block = (struct pem_block){ .offset = 0 };
		rc = pem_next(&text, &block, &notes);
		if (rc != blocks[i].rc || strcmp(buf_text(&codes), blocks[i].codes) != 0)
			fail_msg("%s: %s, codes '%s'", blocks[i].why, rc_code(rc),
				 buf_text(&codes));
		if (!span_equal(block.label, span_text(blocks[i].label)))
			fail_msg("%s: label", blocks[i].why);
		assert_base64(block.body, blocks[i].base64, blocks[i].why);
		buf_release(&codes);
	}
}

/* Blocks are taken one after the other, and a broken one does not hide the next. */
static void
test_next_goes_on(void **state)
{
	struct span text =
	    span_text("x\n" B "\nAAAA\n" B "\nBBBB\n" E "\n" B "\nCCCC\n" E "\nEND\n");
	struct pem_block block;

	(void)state;
	assert_int_equal(pem_next(&text, &block, NULL), RC_DAMAGED);
	assert_int_equal(block.offset, 2);
	assert_base64(block.body, "AAAA", "first");
	assert_int_equal(pem_next(&text, &block, NULL), RC_OK);
	assert_int_equal(block.offset, 0);
	assert_base64(block.body, "BBBB", "second");
	assert_int_equal(pem_next(&text, &block, NULL), RC_OK);
	assert_base64(block.body, "CCCC", "third");
	assert_int_equal(pem_next(&text, &block, NULL), RC_NOT_FOUND);
}

static void
test_headers(void **state)
{
	struct span text = span_text("-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n"
				     "DEK-Info: AES-128-CBC,\r\n 00\r\n\r\nAAAA\r\n"
				     "-----END RSA PRIVATE KEY-----\r\n");
	struct span bare = span_text(B "\nComment: no blank line\nAAAA\n" E);
	struct pem_block block;

	(void)state;
	assert_int_equal(pem_next(&text, &block, NULL), RC_OK);
	assert_true(span_begins(block.headers, span_text("Proc-Type: 4,ENCRYPTED")));
	assert_base64(block.body, "AAAA", "headers");
	assert_int_equal(pem_next(&bare, &block, NULL), RC_OK);
	assert_true(span_begins(block.headers, span_text("Comment:")));
	assert_base64(block.body, "AAAA", "headers without a blank line");
}

#define TEXT(s)                                           \
	{                                                 \
		(const unsigned char *)(s), sizeof(s) - 1 \
	}

static const struct {
	const char *why;
	struct span file;
	const char *plain; /* NULL: refused */
	const char *codes;
} texts[] = {
	{ "plain", TEXT("ab\n"), "ab\n", "" },
	{ "CRLF is fine", TEXT("ab\r\n"), "ab\r\n", "" },
	{ "empty", TEXT(""), "", "" },
	{ "UTF-8 with a mark",
	  TEXT("\xef\xbb\xbf"
	       "ab\n"),
	  "ab\n", "bom " },
	{ "UTF-16LE with a mark",
	  TEXT("\xff\xfe"
	       "a\0b\0\n\0"),
	  "ab\n", "utf-16 " },
	{ "UTF-16BE with a mark",
	  TEXT("\xfe\xff"
	       "\0a\0b\0\n"),
	  "ab\n", "utf-16 " },
	{ "UTF-16LE without", TEXT("a\0b\0\n\0"), "ab\n", "utf-16 " },
	{ "UTF-16BE without", TEXT("\0a\0b\0\n"), "ab\n", "utf-16 " },
	{ "CR alone", TEXT("ab\rcd\r"), "ab\ncd\n", "cr-only " },
	{ "quoted", TEXT("> " B "\n> AAAA\n>\n> " E "\n"), B "\nAAAA\n\n" E "\n", "quoted " },
	{ "quoted twice", TEXT("hi\n>> " B "\n>> AAAA\n"), "hi\n" B "\nAAAA\n", "quoted " },
	{ "a greater-than sign in text is no quote", TEXT("a > " B "\n"), "a > " B "\n", "" },
	{ "line ends spelled out", TEXT(B "\\nAAAA\\r\\n" E "\\n"), B " \nAAAA   \n" E " \n",
	  "escaped " },
	{ "EBCDIC", TEXT("\x60\x60\x60\x60\x60\xc2\xc5\xc7\xc9\xd5\x40\xc3"), NULL, "" },
};

static void
test_plain_text(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf codes = BUF_INIT;
		struct notes notes = { collect, &codes };
		struct buf file = BUF_INIT;
		enum rc rc;

		buf_put(&file, texts[i].file);
		rc = pem_plain_text(&file, &notes);
		if (rc != (texts[i].plain ? RC_OK : RC_UNSUPPORTED) ||
		    strcmp(buf_text(&codes), texts[i].codes) != 0)
			fail_msg("%s: %s, codes '%s'", texts[i].why, rc_code(rc), buf_text(&codes));
		if (texts[i].plain && strcmp(buf_text(&file), texts[i].plain) != 0)
			fail_msg("%s: '%s'", texts[i].why, buf_text(&file));
		buf_release(&file);
		buf_release(&codes);
	}
}

static void
test_is_text(void **state)
{
	(void)state;
	assert_true(pem_is_text(span_text("abc\r\n\tdef")));
	assert_true(pem_is_text(SPAN_OF("abc\x1a", 4)));
	assert_true(pem_is_text(SPAN_OF("caf\xe9\n", 5)));
	assert_true(pem_is_text(SPAN_OF("a\0b\0", 4)));
	assert_true(pem_is_text(texts[13].file));
	assert_false(pem_is_text(SPAN_OF("\x30\x82\x01\x02", 4)));
	assert_false(pem_is_text(SPAN_OF("a\x1a"
					 "b",
					 3)));
	assert_false(pem_is_text(SPAN_NONE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),     cmocka_unit_test(test_secret_equals_put),
		cmocka_unit_test(test_next),    cmocka_unit_test(test_next_goes_on),
		cmocka_unit_test(test_headers), cmocka_unit_test(test_plain_text),
		cmocka_unit_test(test_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
