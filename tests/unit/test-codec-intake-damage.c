/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that were damaged, and what is said of them. The damage is done here. */
#include "intake-help.h"

enum { BUNDLE = 10000 };

/* --- Damage to PEM --------------------------------------------------------------------------- */

static void
to_utf16(struct buf *file, bool big)
{
	struct buf out = BUF_INIT;
	size_t i;

	buf_put(&out, SPAN_OF(big ? "\xfe\xff" : "\xff\xfe", 2));
	for (i = 0; i < file->size; i++) {
		buf_put_byte(&out, big ? 0 : file->data[i]);
		buf_put_byte(&out, big ? file->data[i] : 0);
	}
	buf_release(file);
	*file = out;
}

static void
to_utf16le(struct buf *file)
{
	to_utf16(file, false);
}

static void
to_utf16be(struct buf *file)
{
	to_utf16(file, true);
}

static void
to_cr(struct buf *file)
{
	replace(file, "\n", "\r");
}

static void
to_one_line(struct buf *file)
{
	replace(file, "\n", "");
}

static void
indent(struct buf *file)
{
	replace(file, "\n", "\n    ");
	buf_insert(file, 0, span_text("    "));
}

static void
add_blank_lines(struct buf *file)
{
	replace(file, "\n", "\n\n");
}

static void
drop_dash(struct buf *file)
{
	replace(file, "-----BEGIN", "----BEGIN");
}

static void
drop_begin(struct buf *file)
{
	replace(file, "-----BEGIN CERTIFICATE-----\n", "");
}

static void
drop_both(struct buf *file)
{
	drop_begin(file);
	replace(file, "-----END CERTIFICATE-----\n", "");
}

static void
drop_end(struct buf *file)
{
	replace(file, "-----END CERTIFICATE-----\n", "");
}

static void
quote(struct buf *file)
{
	replace(file, "\n", "\n> ");
	buf_insert(file, 0, span_text("> "));
}

/* An answer to an answer. */
static void
quote_twice(struct buf *file)
{
	quote(file);
	quote(file);
}

static void
spell_out(struct buf *file)
{
	replace(file, "\n", "\\n");
}

static void
surround(struct buf *file)
{
	buf_insert(file, 0, span_text("Here it is, as asked -- enjoy:\n"));
	buf_put_text(file, "\nKind regards\n-- \nme\n");
}

static void
cut_text(struct buf *file)
{
	buf_cut(file, file->size / 2);
}

static void
spoil_base64(struct buf *file)
{
	file->data[100] = '!';
}

static void
spoil_content(struct buf *file)
{
	memcpy(file->data + 40, "AAAA", 4);
}

static void
empty_block(struct buf *file)
{
	buf_cut(file, 0);
	buf_put_text(file, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
}

static const struct {
	const char *why;
	void (*damage)(struct buf *file);
	enum rc rc;
	const char *codes;
} pem_damages[] = {
	{ "byte order mark", add_bom, RC_OK, "bom " },
	{ "UTF-16LE", to_utf16le, RC_OK, "utf-16 " },
	{ "UTF-16BE", to_utf16be, RC_OK, "utf-16 " },
	{ "CRLF is fine", to_crlf, RC_OK, "" },
	{ "CR alone", to_cr, RC_OK, "cr-only " },
	{ "one line", to_one_line, RC_OK, "one-long-line " },
	{ "indented", indent, RC_OK, "indented " },
	{ "blank lines are fine", add_blank_lines, RC_OK, "" },
	{ "a dash missing", drop_dash, RC_OK, "dash-missing " },
	{ "no BEGIN line", drop_begin, RC_OK, "no-begin-line " },
	{ "no marks at all", drop_both, RC_OK, "no-begin-line " },
	{ "no END line", drop_end, RC_OK, "end-missing " },
	{ "quoted", quote, RC_OK, "quoted " },
	{ "quoted twice", quote_twice, RC_OK, "quoted " },
	{ "line ends spelled out", spell_out, RC_OK, "escaped " },
	{ "text around is fine", surround, RC_OK, "" },
	{ "cut off", cut_text, RC_DAMAGED, "truncated " },
	{ "no Base64", spoil_base64, RC_DAMAGED, "damaged " },
	{ "no certificate", spoil_content, RC_DAMAGED, "damaged " },
	{ "nothing within", empty_block, RC_DAMAGED, "damaged " },
};

static void
test_pem_damage(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf cert = BUF_INIT;
	struct buf file = BUF_INIT;
	size_t i;

	(void)state;
	load_der(&cert, "cert.pem");
	for (i = 0; i < ARRAY_SIZE(pem_damages); i++) {
		load(&file, "cert.pem");
		pem_damages[i].damage(&file);
		read_with(&o, &file, NULL, NULL);
		expect(&o, pem_damages[i].why, pem_damages[i].rc, pem_damages[i].rc ? "" : "C",
		       pem_damages[i].codes);
		if (!o.rc) {
			assert_true(span_equal(o.in.items[0].der.span, buf_span(&cert)));
			assert_string_equal(o.in.format, "certificate");
		}
		done(&o);
	}
	buf_release(&cert);
}

/* Keys come through the same damage, into secrets. */
static void
test_key_damage(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;

	(void)state;
	load(&file, "key.pem");
	to_utf16le(&file);
	read_with(&o, &file, NULL, NULL);
	expect(&o, "UTF-16 key", RC_OK, "K", "utf-16 ");
	done(&o);
	load(&file, "key.pem");
	replace(&file, "-----BEGIN PRIVATE KEY-----\n", "");
	replace(&file, "-----END PRIVATE KEY-----\n", "");
	read_with(&o, &file, NULL, NULL);
	expect(&o, "a key without marks", RC_OK, "K", "no-begin-line ");
	expect_format(&o, "a key without marks", "private-key", "base64");
	done(&o);
	load(&file, "key.pem");
	file.data[60] = '!';
	read_with(&o, &file, NULL, NULL);
	expect(&o, "a key with a spot", RC_DAMAGED, "", "damaged ");
	done(&o);
	load(&file, "dek.pem");
	replace(&file, "AES-128-CBC,", "AES-128-CBC,00");
	read_with(&o, &file, "secret", NULL);
	expect(&o, "a bad IV", RC_DAMAGED, "KKKKKKKKKKK", "damaged ");
	assert_non_null(strstr(o.err.message, "block 1 "));
	done(&o);
}

static void
test_damaged_block_among_others(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	struct buf one = BUF_INIT;

	(void)state;
	load(&one, "cert.pem");
	buf_put(&file, buf_span(&one));
	buf_put(&file, span_part(buf_span(&one), 0, 200));
	buf_put_byte(&file, '\n');
	buf_put(&file, buf_span(&one));
	read_with(&o, &file, NULL, NULL);
	expect(&o, "one of three", RC_DAMAGED, "CC", "truncated ");
	assert_non_null(strstr(o.err.message, "block 2 (CERTIFICATE, line 12)"));
	done(&o);
	buf_release(&one);
}

static void
test_mixture(void **state)
{
	static const char *const names[] = { "ecparam.pem", "sec1.pem", "cert.pem" };
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	size_t n;

	(void)state;
	for (n = 2; n <= 3; n++) {
		size_t i;

		for (i = 0; i < n; i++) {
			struct buf part = BUF_INIT;

			load(&part, names[i]);
			buf_put(&file, buf_span(&part));
			buf_release(&part);
		}
		read_with(&o, &file, NULL, NULL);
		expect(&o, "parameters, key, certificate", RC_OK, n == 2 ? "MK" : "MKC", "");
		expect_format(&o, "mixture", n == 2 ? "private-key" : "pem", "pem");
		done(&o);
	}
}

static void
test_large_bundle(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	struct buf one = BUF_INIT;
	size_t i;

	(void)state;
	load(&one, "cert.pem");
	for (i = 0; i < BUNDLE; i++)
		buf_put(&file, buf_span(&one));
	read_with(&o, &file, NULL, NULL);
	assert_int_equal(o.rc, RC_OK);
	assert_int_equal(o.in.count, BUNDLE);
	assert_int_equal(o.in.items[BUNDLE - 1].offset, (BUNDLE - 1) * one.size);
	/* All of it lies in one blob. */
	assert_ptr_equal(o.in.items[0].der.home, o.in.items[BUNDLE - 1].der.home);
	done(&o);
	buf_release(&one);
}

/* --- Damage to DER --------------------------------------------------------------------------- */

static void
add_line_feed(struct buf *file)
{
	buf_put_byte(file, '\n');
}

static void
drop_cr(struct buf *file)
{
	replace(file, "\r", "");
}

static void
clear_high_bits(struct buf *file)
{
	size_t i;

	for (i = 0; i < file->size; i++)
		file->data[i] &= 0x7f;
}

static void
to_utf8(struct buf *file)
{
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < file->size; i++)
		text_put(&out, file->data[i]);
	buf_release(file);
	*file = out;
}

static void
to_replacements(struct buf *file)
{
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < file->size; i++)
		text_put(&out, file->data[i] < 0x80 ? file->data[i] : 0xfffdU);
	buf_release(file);
	*file = out;
}

static void
cut_der(struct buf *file)
{
	buf_cut(file, file->size - 20);
}

/* The outer SEQUENCE with indefinite length. */
static void
to_ber(struct buf *file)
{
	struct buf out = BUF_INIT;
	struct span value;

	assert_int_equal(der_only(buf_span(file), DER_SEQUENCE, &value), RC_OK);
	buf_put(&out, SPAN_OF("\x30\x80", 2));
	buf_put(&out, value);
	buf_put(&out, SPAN_OF("\0\0", 2));
	buf_release(file);
	*file = out;
}

static void
to_ber_with_line_feed(struct buf *file)
{
	to_ber(file);
	add_line_feed(file);
}

static const struct {
	const char *why;
	const char *name;
	void (*damage)(struct buf *file);
	enum rc rc;
	const char *kinds;
	const char *format;
	const char *encoding;
	const char *codes;
} der_damages[] = {
	{ "a line feed behind it", "cert.pem", add_line_feed, RC_OK, "C", "certificate", "der",
	  "trailing-bytes " },
	{ "a line feed behind a key", "key.pem", add_line_feed, RC_OK, "K", "private-key", "der",
	  "trailing-bytes " },
	{ "a byte order mark", "cert.pem", add_bom, RC_OK, "C", "certificate", "der", "bom " },
	{ "cut off", "cert.pem", cut_der, RC_DAMAGED, "", "-", "-", "truncated " },
	{ "LF to CRLF", "cert.pem", to_crlf, RC_DAMAGED, "C", "certificate", "der",
	  "text-mode-transfer " },
	{ "LF to CRLF, a key", "rsa.pem", to_crlf, RC_DAMAGED, "K", "private-key", "der",
	  "text-mode-transfer " },
	{ "CR taken out", "rsa.pem", drop_cr, RC_DAMAGED, "", "-", "-", "text-mode-transfer " },
	{ "high bits cleared", "cert.pem", clear_high_bits, RC_DAMAGED, "", "-", "-",
	  "text-mode-transfer " },
	{ "made UTF-8", "cert.pem", to_utf8, RC_DAMAGED, "C", "certificate", "der",
	  "text-mode-transfer " },
	{ "made UTF-8 with losses", "cert.pem", to_replacements, RC_DAMAGED, "", "-", "-",
	  "text-mode-transfer " },
	{ "BER", "cert.pem", to_ber, RC_OK, "C", "certificate", "ber", "ber " },
	{ "BER, a request", "csr.pem", to_ber, RC_OK, "R", "request", "ber", "ber " },
	{ "BER, PKCS#7", "certs.p7b", to_ber, RC_OK, "C", "pkcs7", "ber", "ber " },
	{ "BER and a line feed", "cert.pem", to_ber_with_line_feed, RC_OK, "C", "certificate",
	  "ber", "ber trailing-bytes " },
};

static void
test_der_damage(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(der_damages); i++) {
		load_der(&file, der_damages[i].name);
		der_damages[i].damage(&file);
		read_with(&o, &file, NULL, NULL);
		expect(&o, der_damages[i].why, der_damages[i].rc, der_damages[i].kinds,
		       der_damages[i].codes);
		expect_format(&o, der_damages[i].why, der_damages[i].format,
			      der_damages[i].encoding);
		if (strstr(der_damages[i].codes, "text-mode"))
			assert_string_equal(o.err.hint, "transfer it again in binary mode");
		done(&o);
	}
}

/* What was mended is the certificate again, byte for byte. */
static void
test_mended(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf cert = BUF_INIT;
	struct buf file = BUF_INIT;

	(void)state;
	load_der(&cert, "cert.pem");
	buf_put(&file, buf_span(&cert));
	to_crlf(&file);
	read_with(&o, &file, NULL, NULL);
	assert_true(span_equal(o.in.items[0].der.span, buf_span(&cert)));
	done(&o);
	buf_release(&cert);
}

static void
test_truncated_everywhere(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf cert = BUF_INIT;
	struct buf file = BUF_INIT;
	size_t size;

	(void)state;
	load_der(&cert, "cert.pem");
	for (size = 1; size < cert.size; size++) {
		buf_put(&file, span_part(buf_span(&cert), 0, size));
		read_with(&o, &file, NULL, NULL);
		if (!o.rc || o.in.count)
			fail_msg("%zu bytes of a certificate were taken", size);
		done(&o);
	}
	buf_release(&cert);
}

static const struct {
	const char *why;
	void (*damage)(struct buf *file);
	enum rc rc;
	const char *codes;
} p12_damages[] = {
	{ "LF to CRLF", to_crlf, RC_DAMAGED, "text-mode-transfer " },
	{ "made UTF-8", to_utf8, RC_DAMAGED, "text-mode-transfer " },
	{ "cut off", cut_der, RC_DAMAGED, "truncated " },
	{ "a line feed behind it", add_line_feed, RC_DAMAGED, "trailing-bytes " },
};

static void
test_p12_damage(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(p12_damages); i++) {
		load(&file, "plain.p12");
		p12_damages[i].damage(&file);
		read_with(&o, &file, "secret", NULL);
		expect(&o, p12_damages[i].why, p12_damages[i].rc, "", p12_damages[i].codes);
		expect_format(&o, p12_damages[i].why, "pkcs12", "der");
		done(&o);
	}
}

/* Azure and others hand out containers as Base64; GnuTLS puts marks around. */
static void
test_p12_as_text(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	load(&file, "plain.p12");
	text_put_base64(&text, buf_span(&file));
	read_with(&o, &text, "secret", NULL);
	expect(&o, "Base64", RC_OK, "CK", "no-begin-line ");
	expect_format(&o, "Base64", "pkcs12", "base64");
	done(&o);
	pem_put(&text, "PKCS12", buf_span(&file));
	read_with(&o, &text, "secret", NULL);
	expect(&o, "PEM", RC_OK, "CK", "");
	expect_format(&o, "PEM", "pkcs12", "pem");
	done(&o);
	pem_put(&text, "PKCS12", buf_span(&file));
	pem_put(&text, "PKCS12", buf_span(&file));
	read_with(&o, &text, "secret", NULL);
	expect(&o, "two of them", RC_UNSUPPORTED, "CK", "damaged ");
	done(&o);
	buf_release(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pem_damage),
		cmocka_unit_test(test_key_damage),
		cmocka_unit_test(test_damaged_block_among_others),
		cmocka_unit_test(test_mixture),
		cmocka_unit_test(test_large_bundle),
		cmocka_unit_test(test_der_damage),
		cmocka_unit_test(test_mended),
		cmocka_unit_test(test_truncated_everywhere),
		cmocka_unit_test(test_p12_damage),
		cmocka_unit_test(test_p12_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
