/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files of each kind, and of others. */
#include "intake-help.h"

/* --- Good files ------------------------------------------------------------------------------ */

static const struct {
	const char *name;
	const char *pass;
	enum rc rc;
	const char *format;
	const char *encoding;
	const char *kinds;
	const char *codes;
} files[] = {
	{ "cert.pem", NULL, RC_OK, "certificate", "pem", "C", "" },
	{ "csr.pem", NULL, RC_OK, "request", "pem", "R", "" },
	{ "crl.pem", NULL, RC_OK, "crl", "pem", "L", "" },
	{ "certs.p7b", NULL, RC_OK, "pkcs7", "pem", "C", "" },
	{ "certs-crl.p7c", NULL, RC_OK, "pkcs7", "der", "CL", "" },
	{ "key.pem", NULL, RC_OK, "private-key", "pem", "K", "" },
	{ "sec1.pem", NULL, RC_OK, "private-key", "pem", "K", "" },
	{ "rsa.pem", NULL, RC_OK, "private-key", "pem", "K", "" },
	{ "dsa.pem", NULL, RC_OK, "private-key", "pem", "K", "" },
	{ "pub.pem", NULL, RC_OK, "public-key", "pem", "P", "" },
	{ "rsapub.pem", NULL, RC_OK, "public-key", "pem", "P", "" },
	{ "dh.pem", NULL, RC_OK, "parameters", "pem", "M", "" },
	{ "ecparam.pem", NULL, RC_OK, "parameters", "pem", "M", "" },
	{ "trusted.pem", NULL, RC_OK, "certificate", "pem", "C", "trusted-certificate " },
	{ "bags.pem", NULL, RC_OK, "pem", "pem", "CK", "" },
	{ "locked.pem", NULL, RC_OK, "private-key", "pem", "X", "" },
	{ "locked.pem", "secret", RC_OK, "private-key", "pem", "K", "" },
	{ "locked.pem", "other", RC_WRONG_SECRET, "private-key", "pem", "X", "" },
	{ "dek.pem", NULL, RC_OK, "private-key", "pem", "XXXXXXXXXXXX", "" },
	{ "dek.pem", "secret", RC_OK, "private-key", "pem", "KKKKKKKKKKKK", "" },
	{ "dek.pem", "other", RC_WRONG_SECRET, "private-key", "pem", "XXXXXXXXXXXX", "" },
	{ "dek-bf.pem", NULL, RC_OK, "private-key", "pem", "X", "" },
	{ "dek-bf.pem", "secret", RC_UNSUPPORTED, "-", "-", "", "damaged " },
	{ "plain.p12", "secret", RC_OK, "pkcs12", "der", "CK", "" },
	{ "plain.p12", "other", RC_WRONG_SECRET, "pkcs12", "der", "", "" },
};

static void
test_files(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		load(&file, files[i].name);
		read_with(&o, &file, files[i].pass, NULL);
		expect(&o, files[i].name, files[i].rc, files[i].kinds, files[i].codes);
		expect_format(&o, files[i].name, files[i].format, files[i].encoding);
		done(&o);
	}
}

/* The same as DER: told by shape alone. */
static void
test_files_as_der(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		if (strlen(files[i].kinds) != 1 || strstr(files[i].name, "dek"))
			continue;
		load_der(&file, files[i].name);
		read_with(&o, &file, files[i].pass, NULL);
		if (!strcmp(files[i].name, "trusted.pem"))
			expect(&o, files[i].name, RC_OK, "C", "trailing-bytes ");
		else
			expect(&o, files[i].name, files[i].rc, files[i].kinds, "");
		expect_format(&o, files[i].name, files[i].format, "der");
		done(&o);
	}
}

/* Every key of a file is the one whose public key is in pub.pem. */
static void
test_keys_are_the_key(void **state)
{
	static const char *const names[] = { "key.pem", "sec1.pem", "locked.pem", "dek.pem",
					     "plain.p12" };
	struct outcome o = { .rc = RC_OK };
	struct buf expected = BUF_INIT;
	struct buf file = BUF_INIT;
	struct buf spki = BUF_INIT;
	size_t keys = 0;
	size_t i;
	size_t k;

	(void)state;
	load_der(&expected, "pub.pem");
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		load(&file, names[i]);
		read_with(&o, &file, "wrong", "secret");
		if (o.rc) { /* a container is opened by the passphrase for containers */
			done(&o);
			load(&file, names[i]);
			read_with(&o, &file, "secret", NULL);
		}
		assert_int_equal(o.rc, RC_OK);
		assert_false(o.in.locked);
		for (k = 0; k < o.in.count; k++) {
			if (o.in.items[k].kind != ITEM_KEY)
				continue;
			assert_int_equal(key_spki_of(&spki, o.in.items[k].key), RC_OK);
			assert_true(span_equal(buf_span(&spki), buf_span(&expected)));
			buf_release(&spki);
			keys++;
		}
		done(&o);
	}
	assert_int_equal(keys, 16);
	buf_release(&expected);
}

static void
test_rsa_public_becomes_spki(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct outcome k = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	struct buf spki = BUF_INIT;

	(void)state;
	load(&file, "rsapub.pem");
	read_with(&o, &file, NULL, NULL);
	load(&file, "rsa.pem");
	read_with(&k, &file, NULL, NULL);
	assert_int_equal(key_spki_of(&spki, k.in.items[0].key), RC_OK);
	assert_true(span_equal(buf_span(&spki), o.in.items[0].der.span));
	buf_release(&spki);
	done(&k);
	done(&o);
}

/* OpenSSL's own words between the blocks give the names; a container says who belongs to whom. */
static void
test_labels_and_partners(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	size_t i;

	(void)state;
	load(&file, "bags.pem");
	read_with(&o, &file, NULL, NULL);
	for (i = 0; i < o.in.count; i++) {
		assert_true(span_equal(o.in.items[i].label.span, span_text("web server")));
		assert_int_equal(o.in.items[i].partner, -1);
	}
	done(&o);
	load(&file, "plain.p12");
	read_with(&o, &file, "secret", NULL);
	assert_int_equal(o.in.count, 2);
	for (i = 0; i < o.in.count; i++) {
		assert_true(span_equal(o.in.items[i].label.span, span_text("web server")));
		assert_int_equal(o.in.items[i].partner, 1 - (long)i);
	}
	assert_int_equal(o.in.db.count, 1);
	assert_non_null(o.in.pw);
	done(&o);
	load(&file, "plain.p12");
	read_with(&o, &file, NULL, NULL);
	assert_int_equal(o.rc, RC_OK);
	assert_true(o.in.locked);
	done(&o);
}

/* --- What is none of ours -------------------------------------------------------------------- */

#define FILE_OF(s)                                        \
	{                                                 \
		(const unsigned char *)(s), sizeof(s) - 1 \
	}

static const struct {
	struct span file;
	enum rc rc;
	const char *word; /* that the message has */
} foreign[] = {
	{ FILE_OF(""), RC_UNKNOWN_FORMAT, "empty" },
	{ FILE_OF("\0\0\0\0\0\0\0\0"), RC_UNKNOWN_FORMAT, "8 zero bytes" },
	{ FILE_OF(" \n\t\r\n"), RC_UNKNOWN_FORMAT, "blanks" },
	{ FILE_OF("Dear all,\nno key today.\n"), RC_UNKNOWN_FORMAT, "text without" },
	{ FILE_OF("AAAA"), RC_UNKNOWN_FORMAT, "text without" },
	{ FILE_OF("MAMCAQE="), RC_UNKNOWN_FORMAT, "text without" },
	{ FILE_OF("\x01\x02\x03\x04\x05\xff"), RC_UNKNOWN_FORMAT, "recognised" },
	{ FILE_OF("\x30\x03\x02\x01\x01"), RC_UNKNOWN_FORMAT, "recognised" },
	{ FILE_OF("\x60\x60\x60\x60\x60\xc2\xc5\xc7\xc9\xd5\x40"), RC_UNSUPPORTED, "EBCDIC" },
	{ FILE_OF("\x37\x48\x00\x00"), RC_DAMAGED, "within its header" },
	{ FILE_OF("\xfe\xed\xfe\xed\x00\x00\x00\x02"), RC_UNSUPPORTED, "jks" },
	{ FILE_OF("\xce\xce\xce\xce\x00\x00\x00\x02"), RC_UNSUPPORTED, "jceks" },
	{ FILE_OF("SQLite format 3\0\x10"), RC_UNSUPPORTED, "SQLite" },
	{ FILE_OF("\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5"), RC_UNSUPPORTED, "KeePass" },
	{ FILE_OF("PK\x03\x04\x14\x00"), RC_UNSUPPORTED, "ZIP" },
	{ FILE_OF("%PDF-1.7\n\x80"), RC_UNSUPPORTED, "PDF" },
	{ FILE_OF("\x7f"
		  "ELF\x02\x01"),
	  RC_UNSUPPORTED, "ELF" },
	{ FILE_OF("\x1f\x8b\x08\x00"), RC_UNSUPPORTED, "gzip" },
	{ FILE_OF("\x99\x01\x0d\x04\x5f"), RC_UNSUPPORTED, "OpenPGP" },
	{ FILE_OF("ssh-ed25519 AAAAC3Nz me@here\n"), RC_UNSUPPORTED, "OpenSSH public key" },
	{ FILE_OF("<!DOCTYPE html>\n<html>\n"), RC_UNSUPPORTED, "HTML" },
	{ FILE_OF("{\"kty\":\"RSA\"}"), RC_UNSUPPORTED, "JSON" },
	{ FILE_OF("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"),
	  RC_UNSUPPORTED, "OpenSSH private key" },
	{ FILE_OF("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n=AAAA\n"
		  "-----END PGP PUBLIC KEY BLOCK-----\n"),
	  RC_UNSUPPORTED, "PGP" },
	{ FILE_OF("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n"),
	  RC_UNSUPPORTED, "SSH" },
	{ FILE_OF("-----BEGIN GRUBL-----\nAAAA\n-----END GRUBL-----\n"), RC_UNKNOWN_FORMAT,
	  "GRUBL" },
};

static void
test_foreign(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(foreign); i++) {
		buf_put(&file, foreign[i].file);
		read_with(&o, &file, NULL, NULL);
		if (o.rc != foreign[i].rc || !strstr(o.err.message, foreign[i].word))
			fail_msg("%s: %s: %s", foreign[i].word, rc_code(o.rc), o.err.message);
		done(&o);
	}
}

static void
test_unknown_block_beside_a_known_one(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;

	(void)state;
	load(&file, "cert.pem");
	buf_put_text(&file, "-----BEGIN GRUBL-----\n*\n-----END GRUBL-----\n");
	read_with(&o, &file, NULL, NULL);
	expect(&o, "unknown block", RC_OK, "CU", "");
	assert_true(span_equal(o.in.items[1].label.span, span_text("GRUBL")));
	assert_string_equal(o.in.format, "certificate");
	done(&o);
}

static void
test_stash(void **state)
{
	struct outcome o = { .rc = RC_OK };
	struct buf file = BUF_INIT;
	size_t i;

	(void)state;
	/* Version 1: 129 bytes, obscured with F5. */
	for (i = 0; i < 129; i++)
		buf_put_byte(&file, (unsigned char)"secret"[i % 7] ^ 0xf5U);
	read_with(&o, &file, NULL, NULL);
	expect(&o, "stash", RC_OK, "", "");
	expect_format(&o, "stash", "stash", "binary");
	done(&o);
	/* Any byte may come first, here those of a SEQUENCE of another length. */
	buf_put(&file, SPAN_OF("\x30\x74\xfb\x86", 4));
	for (i = 4; i < 129; i++)
		buf_put_byte(&file, (unsigned char)(0x80 + i % 0x40));
	read_with(&o, &file, NULL, NULL);
	expect(&o, "stash", RC_OK, "", "");
	expect_format(&o, "stash", "stash", "binary");
	done(&o);
}

static void
test_kind_names(void **state)
{
	(void)state;
	assert_string_equal(item_kind_name(ITEM_CERT), "certificate");
	assert_string_equal(item_kind_name(ITEM_UNKNOWN), "unknown block");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_files_as_der),
		cmocka_unit_test(test_keys_are_the_key),
		cmocka_unit_test(test_rsa_public_becomes_spki),
		cmocka_unit_test(test_labels_and_partners),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_unknown_block_beside_a_known_one),
		cmocka_unit_test(test_stash),
		cmocka_unit_test(test_kind_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
