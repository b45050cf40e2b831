/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real files of other projects (KYMAN_CORPUS): what at least one other tool reads is read, or is on
 * a list that says why not; what fuzzers found neither crashes nor hangs. */
#include "base/fs.h"
#include "base/text.h"
#include "codec/intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { FILE_LIMIT = 1 << 26, PATH_SIZE = 1024, COLUMNS = 8, SECONDS_MAX = 2 };

static const struct {
	const char *name; /* a part of it */
	const char *why;
} exceptions[] = {
	{ "blowfish", "Blowfish is not among the ciphers of the library" },
	{ "rc2_128_cfb", "RC2 is read in CBC mode only" },
	{ "rc2_128_ofb", "RC2 is read in CBC mode only" },
	{ "bcj--openssl-eckey.pem", "the public key's BIT STRING says 1 unused bit, which is set" },
	{ "CryptoFileUtilTest-keystore.pem", "an END mark stands in the middle of a key" },
	{ "beermug.pem", "a drawing stands where Base64 must be" },
	{ "certData.bin", "PKCS#7 data, without certificates" },
	{ "rfc4134-3.2.bin", "PKCS#7 data, without certificates" },
	{ "fixtures-message.der", "PKCS#7 data, without certificates" },
	{ "cms-digested.der", "PKCS#7 digestedData, without certificates" },
	{ "bcj--openssl-pkcs7.pem", "PKCS#7 envelopedData: nothing in the clear" },
	{ "-fran-oaep", "PKCS#7 envelopedData: nothing in the clear" },
	{ "pkcs7-enveloped.pem", "PKCS#7 envelopedData: nothing in the clear" },
	{ "encryptedData.der", "PKCS#7 encryptedData: nothing in the clear" },
	{ "pkcs7-md4-encrypted.pem", "PKCS#7 signedAndEnvelopedData: nothing in the clear" },
	{ "malformed.pkcs7", "a type and nothing more" },
};

static bool
is_exception(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(exceptions); i++) {
		if (strstr(name, exceptions[i].name))
			return true;
	}
	return false;
}

/* The folder, or NULL. */
static const char *
corpus(void)
{
	return getenv("KYMAN_CORPUS");
}

static void
load(struct buf *out, const char *name)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "%s/%s", corpus(), name);
	assert_int_equal(fs_read(out, path, FILE_LIMIT, NULL, NULL), RC_OK);
}

/* Reads a file as intake does; pass may be empty or NULL. */
static enum rc
take(const char *name, const char *pass, struct err *err)
{
	struct intake_options options = { .pass = NULL };
	struct intake in = INTAKE_INIT;
	struct secret *secret = NULL;
	struct buf file = BUF_INIT;
	enum rc rc;

	load(&file, name);
	if (pass && *pass && strcmp(pass, "?") != 0)
		assert_int_equal(secret_from(&secret, span_text(pass)), RC_OK);
	options.pass = secret;
	rc = intake_read(&in, &file, &options, err);
	if (rc == RC_OK)
		assert_true(in.format && in.encoding);
	intake_release(&in);
	secret_free(&secret);
	return rc;
}

/* Cuts a line of a table into its columns, in place; the rest of them is empty. */
static void
split(char *line, char *columns[COLUMNS])
{
	static char none[] = "";
	size_t i;

	for (i = 0; i < COLUMNS; i++) {
		char *tab = strchr(line, '\t');

		columns[i] = line;
		if (tab)
			*tab = '\0';
		line = tab ? tab + 1 : none;
	}
}

/* Calls row for each line of a table but the first. */
static void
each_row(const char *table, void (*row)(char *columns[COLUMNS], void *self), void *self)
{
	struct buf file = BUF_INIT;
	char *columns[COLUMNS];
	char *text;
	char *line;
	char *next;

	load(&file, table);
	text = buf_steal(&file);
	assert_non_null(text);
	next = strchr(text, '\n');
	while (next && next[1]) {
		line = next + 1;
		next = strchr(line, '\n');
		if (next)
			*next = '\0';
		split(line, columns);
		row(columns, self);
	}
	free(text);
}

struct tally {
	int password; /* its column, or -1 */
	int tools;    /* the first column of a tool */
	unsigned read;
	unsigned excepted;
	unsigned wrong;
};

static void
check_row(char *columns[COLUMNS], void *self)
{
	struct tally *t = self;
	struct err err = ERR_INIT;
	bool readable = false;
	enum rc rc;
	int i;

	for (i = t->tools; i < COLUMNS; i++)
		readable = readable || !strncmp(columns[i], "OK", 2);
	rc = take(columns[0], t->password < 0 ? NULL : columns[t->password], &err);
	if (!readable)
		return;
	if (!rc) {
		t->read++;
	} else if (is_exception(columns[0])) {
		t->excepted++;
	} else {
		print_message("%s: %s: %s\n", columns[0], rc_code(rc), err.message);
		t->wrong++;
	}
}

static void
check_table(const char *table, int password, int tools, unsigned least)
{
	struct tally t = { .password = password, .tools = tools };

	each_row(table, check_row, &t);
	print_message("%s: %u read, %u excepted\n", table, t.read, t.excepted);
	assert_int_equal(t.wrong, 0);
	assert_true(t.read >= least);
}

static void
test_certs(void **state)
{
	(void)state;
	check_table("certs.tsv", -1, 2, 1956);
}

static void
test_csr(void **state)
{
	(void)state;
	check_table("csr.tsv", -1, 2, 25);
}

static void
test_crl(void **state)
{
	(void)state;
	check_table("crl.tsv", -1, 2, 78);
}

static void
test_keys(void **state)
{
	(void)state;
	check_table("keys.tsv", 3, 4, 358);
}

static void
test_pkcs7(void **state)
{
	(void)state;
	check_table("pkcs7.tsv", -1, 2, 30);
}

static double
seconds(void)
{
	struct timespec now;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
check_fuzz(char *columns[COLUMNS], void *self)
{
	double start = seconds();
	struct err err = ERR_INIT;
	unsigned *count = self;
	enum rc rc;

	rc = take(columns[0], "password", &err);
	assert_int_equal(rc, err.rc);
	if (seconds() - start > SECONDS_MAX)
		fail_msg("%s took %f s", columns[0], seconds() - start);
	++*count;
}

static void
test_fuzz(void **state)
{
	unsigned count = 0;

	(void)state;
	each_row("fuzz.tsv", check_fuzz, &count);
	assert_true(count > 0);
}

/* Key stores of Java: known by name, whatever is in them. */
static void
check_jks(char *columns[COLUMNS], void *self)
{
	struct err err = ERR_INIT;
	enum rc rc = take(columns[0], NULL, &err);

	(void)self;
	assert_true(rc == RC_UNSUPPORTED || rc == RC_UNKNOWN_FORMAT);
}

static void
test_jks(void **state)
{
	(void)state;
	each_row("jks.tsv", check_jks, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certs), cmocka_unit_test(test_csr),
		cmocka_unit_test(test_crl),   cmocka_unit_test(test_keys),
		cmocka_unit_test(test_pkcs7), cmocka_unit_test(test_fuzz),
		cmocka_unit_test(test_jks),
	};

	/* cmocka writes its skipped tests as "not ok", which Automake counts as failures. */
	if (!corpus()) {
		print_message("1..0 # SKIP KYMAN_CORPUS is not set\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
