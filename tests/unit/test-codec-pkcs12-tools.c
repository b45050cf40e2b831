/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our files in other tools' hands, and theirs in ours. A tool that is not here is left out, by
 * name. */
#include "p12-make.h"
#include "pki-world.h"

enum { MANY = 40 };

static void
run(const char *line)
{
	struct buf said = BUF_INIT;

	if (tool_run(line) == 0)
		return;
	(void)tool_read(&said, "err");
	(void)tool_read(&said, "out");
	fail_msg("%s: %s", line, buf_text(&said));
}

static size_t
times(const char *file, const char *text)
{
	struct buf all = BUF_INIT;
	const char *at;
	size_t count = 0;

	assert_true(tool_read(&all, file));
	for (at = buf_text(&all); (at = strstr(at, text)) != NULL; at += strlen(text))
		count++;
	buf_release(&all);
	return count;
}

/* ours.p12: one of everything, and MANY certificates more. */
static void
write_ours(void)
{
	static const struct recipe recipe = { .subject = "CN=more" };
	struct p12_all all;
	struct pw *pw = p12_pw("secret");
	struct buf bytes = BUF_INIT;
	struct forged f = { .key = NULL };
	char label[32];
	int i;

	p12_make_all(&all);
	for (i = 0; i < MANY; i++) {
		(void)snprintf(label, sizeof(label), "more %d", i);
		forge(&f, &recipe, NULL);
		(void)p12_put(&all.db, ENTRY_CERT, label, &f);
		forge_release(&f);
		f = (struct forged){ .key = NULL };
	}
	all.db.iterations = P12_TEST_ITERATIONS;
	p12_save_bytes(&bytes, &all.db, pw, NULL);
	assert_true(tool_write("ours.p12", buf_span(&bytes)));
	buf_release(&bytes);
	pw_free(&pw);
	p12_release_all(&all);
}

/* theirs.p12, loaded. */
static void
read_theirs(struct kdb *db)
{
	struct buf bytes = BUF_INIT;

	assert_true(tool_read(&bytes, "theirs.p12"));
	p12_reload(db, buf_span(&bytes), "secret");
	assert_true(db->verified && db->foreign);
	buf_release(&bytes);
}

static void
test_openssl_reads(void **state)
{
	(void)state;
	NEED("openssl");
	write_ours();
	run("openssl pkcs12 -in ours.p12 -passin pass:secret -nodes");
	assert_int_equal(times("out", "BEGIN CERTIFICATE"), MANY + 4);
	assert_int_equal(times("out", "BEGIN PRIVATE KEY"), 2);
	run("openssl pkcs12 -in ours.p12 -passin pass:secret -noout -info");
	assert_int_equal(times("err", "Secret bag"), 3);
	assert_int_not_equal(tool_run("openssl pkcs12 -in ours.p12 -passin pass:x -noout"), 0);
}

static void
test_openssl_writes(void **state)
{
	struct kdb db = KDB_INIT;
	struct secret *key = NULL;
	struct pw *pw = p12_pw("secret");
	struct err err = ERR_INIT;

	(void)state;
	NEED("openssl");
	run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem "
	    "-out cert.pem -subj /CN=theirs -days 30 2>&1");
	run("openssl req -x509 -newkey ed25519 -nodes -keyout key2.pem -out ca.pem "
	    "-subj /CN=ca -days 30 2>&1");
	run("openssl pkcs12 -export -in cert.pem -inkey key.pem -certfile ca.pem -name 'their web' "
	    "-passout pass:secret -out theirs.p12");
	read_theirs(&db);
	assert_int_equal(kdb_count(&db, ENTRY_KEY), 1);
	assert_int_equal(kdb_count(&db, ENTRY_CERT), 1);
	assert_non_null(kdb_find(&db, span_text("their web")));
	/* The other certificate has no name: its CN stands in. */
	assert_non_null(kdb_find(&db, span_text("ca")));
	assert_int_equal(codec_open_key(&key, db.entries[0], pw, &err), RC_OK);
	secret_free(&key);
	kdb_release(&db);
	run("openssl pkcs12 -export -in cert.pem -inkey key.pem -passout pass:secret -nomac "
	    "-keypbe NONE -certpbe NONE -out theirs.p12");
	{
		struct p12_heard heard;
		struct buf bytes = BUF_INIT;

		assert_true(tool_read(&bytes, "theirs.p12"));
		assert_int_equal(p12_load_bytes(&db, buf_span(&bytes), pw, &heard, &err), RC_OK);
		assert_non_null(strstr(heard.codes, "no-mac"));
		assert_non_null(db.entries[0]->open_key);
		/* An open key is shrouded by the first save. */
		p12_save_bytes(&bytes, &db, pw, NULL);
		kdb_release(&db);
		p12_reload(&db, buf_span(&bytes), "secret");
		assert_null(db.entries[0]->open_key);
		assert_int_equal(codec_open_key(&key, db.entries[0], pw, &err), RC_OK);
		secret_free(&key);
		buf_release(&bytes);
	}
	kdb_release(&db);
	pw_free(&pw);
}

static void
test_certtool_reads(void **state)
{
	(void)state;
	NEED("certtool");
	write_ours();
	run("certtool --p12-info --inder --infile ours.p12 --password secret");
	assert_int_equal(times("out", "BEGIN CERTIFICATE"), MANY + 4);
	/* Begin and end of each. */
	assert_int_equal(times("out", "PRIVATE KEY-----"), 4);
}

static void
test_certtool_writes(void **state)
{
	struct kdb db = KDB_INIT;

	(void)state;
	NEED("certtool");
	run("certtool --generate-privkey --key-type ecdsa --outfile key.pem");
	assert_true(tool_write("tmpl", span_text("cn = theirs\nexpiration_days = 30\n")));
	run("certtool --generate-self-signed --load-privkey key.pem --template tmpl --outfile "
	    "cert.pem");
	run("certtool --to-p12 --load-privkey key.pem --load-certificate cert.pem --outder "
	    "--p12-name 'by gnutls' --password secret --outfile theirs.p12");
	read_theirs(&db);
	assert_int_equal(kdb_count(&db, ENTRY_KEY), 1);
	assert_non_null(kdb_find(&db, span_text("by gnutls")));
	kdb_release(&db);
}

static void
test_keytool(void **state)
{
	struct kdb db = KDB_INIT;
	struct kdb ours = KDB_INIT;
	struct buf bytes = BUF_INIT;

	(void)state;
	NEED("keytool");
	write_ours();
	run("keytool -list -storetype PKCS12 -keystore ours.p12 -storepass secret");
	assert_int_equal(times("out", "PrivateKeyEntry"), 2);
	assert_int_equal(times("out", "trustedCertEntry"), MANY + 2);
	/* Its own rewrite: aliases in lower case, attributes copied, metadata gone. */
	run("keytool -importkeystore -srckeystore ours.p12 -srcstoretype PKCS12 -srcstorepass "
	    "secret -destkeystore theirs.p12 -deststoretype PKCS12 -deststorepass secret");
	read_theirs(&db);
	assert_true(tool_read(&bytes, "ours.p12"));
	p12_reload(&ours, buf_span(&bytes), "secret");
	assert_int_equal(kdb_count(&db, ENTRY_KEY), 2);
	assert_int_equal(kdb_count(&db, ENTRY_SECRET), 1);
	assert_int_equal(db.request_count, 2);
	assert_true(kdb_count(&db, ENTRY_CERT) >= kdb_count(&ours, ENTRY_CERT));
	assert_non_null(kdb_find_request(&db, span_text("next")));
	assert_true(span_equal(db.default_entry->cert.span, ours.default_entry->cert.span));
	kdb_release(&db);
	kdb_release(&ours);
	buf_release(&bytes);
}

static void
test_keytool_writes(void **state)
{
	struct kdb db = KDB_INIT;

	(void)state;
	NEED("keytool");
	run("keytool -genkeypair -alias web -keyalg EC -dname CN=web -keystore theirs.p12 "
	    "-storetype PKCS12 -storepass secret");
	run("keytool -genseckey -alias aes -keyalg AES -keysize 256 -keystore theirs.p12 "
	    "-storetype PKCS12 -storepass secret");
	read_theirs(&db);
	assert_int_equal(kdb_count(&db, ENTRY_KEY), 1);
	assert_int_equal(kdb_count(&db, ENTRY_SECRET), 1);
	assert_non_null(kdb_find(&db, span_text("aes")));
	kdb_release(&db);
}

static void
test_nss(void **state)
{
	(void)state;
	NEED("pk12util");
	NEED("certutil");
	write_ours();
	run("pk12util -l ours.p12 -W secret");
	assert_int_equal(times("out", "Certificate(has private key)"), 2);
	assert_int_equal(times("out", "Key(shrouded)"), 2);
}

static void
test_python(void **state)
{
	static const char script[] =
	    "from cryptography.hazmat.primitives.serialization import pkcs12\n"
	    "k = pkcs12.load_pkcs12(open('ours.p12', 'rb').read(), b'secret')\n"
	    "print('key' if k.key else 'none', 1 + len(k.additional_certs))\n";

	(void)state;
	if (tool_run("/usr/bin/python3 -c 'import cryptography'")) {
		print_message("# python3-cryptography is not here: skipped\n");
		skip();
	}
	write_ours();
	assert_true(tool_write("read.py", span_text(script)));
	run("/usr/bin/python3 read.py");
	/* Of two keys it reads one, as it always does. */
	assert_true(tool_says("out", "key"));
	assert_true(times("out", "44") == 1);
}

static void
test_export_is_read(void **state)
{
	struct p12_all all;
	struct pw *pw = p12_pw("secret");
	struct kdb out = KDB_INIT;
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	NEED("openssl");
	p12_make_all(&all);
	(void)p12_put(&out, ENTRY_KEY, "Web", &all.web);
	(void)p12_put(&out, ENTRY_CERT, "root", &all.root);
	assert_int_equal(pkcs12_export(&out, &bytes, pw, &err), RC_OK);
	assert_true(tool_write("out.p12", buf_span(&bytes)));
	run("openssl pkcs12 -in out.p12 -passin pass:secret -nodes");
	assert_int_equal(times("out", "BEGIN CERTIFICATE"), 2);
	assert_int_equal(times("out", "friendlyName: Web"), 2);
	if (tool_here("keytool")) {
		run("keytool -list -storetype PKCS12 -keystore out.p12 -storepass secret");
		assert_int_equal(times("out", "PrivateKeyEntry"), 1);
	}
	kdb_release(&out);
	buf_release(&bytes);
	pw_free(&pw);
	p12_release_all(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_openssl_reads, enter, leave),
		cmocka_unit_test_setup_teardown(test_openssl_writes, enter, leave),
		cmocka_unit_test_setup_teardown(test_certtool_reads, enter, leave),
		cmocka_unit_test_setup_teardown(test_certtool_writes, enter, leave),
		cmocka_unit_test_setup_teardown(test_keytool, enter, leave),
		cmocka_unit_test_setup_teardown(test_keytool_writes, enter, leave),
		cmocka_unit_test_setup_teardown(test_nss, enter, leave),
		cmocka_unit_test_setup_teardown(test_python, enter, leave),
		cmocka_unit_test_setup_teardown(test_export_is_read, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
