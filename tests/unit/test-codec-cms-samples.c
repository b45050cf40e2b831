/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of IBM's programs, and what the format's reference reader says of ours. */
#include "cms-make.h"
#include "pki-tool.h"

#include "base/fs.h"
#include "codec/stash.h"

enum { FILE_LIMIT = 1024 * 1024, LINE_MAX_SIZE = 3 * TOOL_PATH_MAX };

/* The folder of samples, or the test is skipped. */
static const char *
samples(void)
{
	const char *folder = getenv("KYMAN_KDB_SAMPLES");

	if (!folder || access(folder, R_OK) != 0) {
		print_message("# KYMAN_KDB_SAMPLES is not set: skipped\n");
		skip();
	}
	return folder;
}

/* The reference reader in the folder beside the samples'; skipped without it. */
static const char *
reader(char out[TOOL_PATH_MAX])
{
	(void)snprintf(out, TOOL_PATH_MAX, "%s/../../reference/kdbread.py", samples());
	if (access(out, R_OK) != 0 || access("/usr/bin/python3", X_OK) != 0) {
		print_message("# no kdbread.py here: skipped\n");
		skip();
	}
	*strrchr(out, '/') = '\0';
	return out;
}

/* Reads a file with this suffix in the place of the name's own. */
static enum rc
read_part(struct buf *out, const char *folder, const char *name, const char *suffix)
{
	char path[TOOL_PATH_MAX];
	int stem = (int)(strrchr(name, '.') - name);

	(void)snprintf(path, sizeof(path), "%s/%.*s%s", folder, stem, name, suffix);
	return fs_read(out, path, FILE_LIMIT, NULL, NULL);
}

static struct pw *
stash_pw(const char *folder, const char *name)
{
	struct buf file = BUF_INIT;
	struct secret *pass = NULL;
	struct pw *pw = NULL;

	assert_int_equal(read_part(&file, folder, name, ".sth"), RC_OK);
	assert_int_equal(stash_read(&pass, buf_span(&file), NULL), RC_OK);
	assert_int_equal(pw_new(&pw, &pass, 0), RC_OK);
	buf_release(&file);
	return pw;
}

/* Returns how many private keys there were; each opens and is that of its certificate. */
static unsigned
check_keys(const struct kdb *db, struct pw *pw)
{
	unsigned count = 0;

	for (size_t i = 0; i < db->count; i++) {
		const struct entry *e = db->entries[i];
		struct secret *pkcs8 = NULL;
		struct buf spki = BUF_INIT;
		struct cert c;

		if (e->kind != ENTRY_KEY)
			continue;
		count++;
		assert_int_equal(codec_open_key(&pkcs8, e, pw, NULL), RC_OK);
		assert_int_equal(key_spki_of(&spki, pkcs8), RC_OK);
		assert_int_equal(cert_parse(&c, e->cert.span, NULL), RC_OK);
		assert_true(span_equal(buf_span(&spki), c.spki));
		secret_free(&pkcs8);
		buf_release(&spki);
	}
	return count;
}

/* Unchanged, and after each label was another one and is itself again. */
static void
check_rewrite(const struct cms_bytes *file, struct kdb *db, struct pw *pw)
{
	struct cms_bytes again = { { BUF_INIT, BUF_INIT } };
	struct cms_bytes other = { { BUF_INIT, BUF_INIT } };

	cms_save_bytes(&again, db, pw);
	assert_true(cms_bytes_equal(file, &again));
	for (size_t i = 0; i < db->count; i++) {
		struct piece label = piece_ref(&db->entries[i]->label);

		cms_rename(db, i, span_text("renamed"));
		cms_save_bytes(&other, db, pw);
		assert_false(cms_bytes_equal(file, &other));
		kdb_release(db);
		cms_reload(db, &other, pw);
		assert_non_null(kdb_find(db, span_text("renamed")));
		cms_rename(db, i, label.span);
		cms_save_bytes(&other, db, pw);
		assert_true(cms_bytes_equal(file, &other));
		piece_release(&label);
	}
	cms_bytes_release(&again);
	cms_bytes_release(&other);
}

static void
test_samples(void **state)
{
	const char *folder = samples();
	DIR *dir = opendir(folder);
	struct dirent *at;
	unsigned files = 0;
	unsigned keys = 0;

	(void)state;
	assert_non_null(dir);
	while ((at = readdir(dir)) != NULL) {
		struct cms_bytes file = { { BUF_INIT, BUF_INIT } };
		struct p12_heard heard;
		struct err err = ERR_INIT;
		struct kdb db = KDB_INIT;
		struct pw *pw;
		const char *dot = strrchr(at->d_name, '.');

		if (!dot || strcmp(dot, ".kdb") != 0)
			continue;
		assert_int_equal(read_part(&file.part[0], folder, at->d_name, ".kdb"), RC_OK);
		(void)read_part(&file.part[1], folder, at->d_name, ".rdb"); /* may be absent */
		if (cms_probe(buf_span(&file.part[0])) != PROBE_YES) {
			cms_bytes_release(&file);
			continue;
		}
		pw = stash_pw(folder, at->d_name);
		if (cms_load_bytes(&db, &file, pw, &heard, &err))
			fail_msg("%s: %s", at->d_name, err.message);
		assert_true(db.verified);
		if (heard.codes[0])
			fail_msg("%s: %s", at->d_name, heard.codes);
		keys += check_keys(&db, pw);
		check_rewrite(&file, &db, pw);
		files++;
		pw_free(&pw);
		kdb_release(&db);
		cms_bytes_release(&file);
	}
	closedir(dir);
	print_message("# %u databases, %u private keys\n", files, keys);
	assert_true(files > 0);
}

/* The reference reader on files of the scratch folder: checks, lookup values, keys, layout. */
static void
ask_reader(const char *folder, const char *name)
{
	static const char program[] =
	    "import sys; sys.path.insert(0, sys.argv[1]); import kdbread as r\n"
	    "d = open(sys.argv[2], 'rb').read(); k = r.Kdb(d); pw = b'secret'\n"
	    "assert k.check(pw) == (True, True), 'checks'\n"
	    "for x in k.recs:\n"
	    "  assert x['pad_clean'] and x['label'] == x['derlabel'], 'layout'\n"
	    "  assert x['id'] == x['num'], 'number'\n"
	    "  assert not x['label'].endswith(b'\\0'), 'label'\n"
	    "  if x['cert']:\n"
	    "    want, spki = r.cert_index(x['cert'])\n"
	    "    assert want == x['index'], 'lookup values'\n"
	    "  if x['epki']:\n"
	    "    pub, why = r.key_public(x['epki'], pw)\n"
	    "    assert pub if x['csr'] else not x['cert'] or pub == spki, 'key'\n"
	    "assert k.serialize(pw) == d, 'rebuilt'\n"
	    "print(k.ver, k.kind, k.n, sum(x['trusted'] for x in k.recs),\n"
	    "      sum(x['default'] for x in k.recs), sum(bool(x['epki']) for x in k.recs))\n";
	char line[LINE_MAX_SIZE];

	assert_true(tool_write("ask.py", span_text(program)));
	(void)snprintf(line, sizeof(line), "/usr/bin/python3 ask.py '%s' %s", folder, name);
	if (tool_run(line)) {
		struct buf err = BUF_INIT;

		(void)tool_read(&err, "err");
		fail_msg("%s: %s", name, buf_text(&err));
	}
}

/* What a database of count records made so should have, as the reader prints it. */
static void
make_many(struct kdb *db, size_t count)
{
	enum { KEYS = 3 };
	struct entry *e;

	for (size_t i = 0; i < count; i++) {
		struct forged f = { .key = NULL };
		char subject[32];
		char label[32];
		const struct recipe recipe = { .subject = subject };

		(void)snprintf(subject, sizeof(subject), "CN=entry %zu", i);
		(void)snprintf(label, sizeof(label), "label %zu", i);
		forge(&f, &recipe, NULL);
		e = make_entry(i < KEYS ? ENTRY_KEY : ENTRY_CERT, label, NULL, NULL);
		if (i % 4 == 3)
			e->flags &= ~(unsigned)ENTRY_TRUSTED;
		assert_int_equal(piece_copy(&e->cert, buf_span(&f.der)), RC_OK);
		if (i < KEYS)
			assert_int_equal(key_pkcs8(&e->open_key, f.key), RC_OK);
		assert_int_equal(kdb_add(db, e, NULL), RC_OK);
		entry_unref(&e);
		forge_release(&f);
	}
}

static void
test_reader_opens_ours(void **state)
{
	static const unsigned versions[] = { 3, 4, 6 };
	static const size_t counts[] = { 0, 1, 19, 1000 };
	char folder[TOOL_PATH_MAX];
	const char *program = reader(folder);
	char wanted[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(versions) * ARRAY_SIZE(counts); i++) {
		unsigned version = versions[i / ARRAY_SIZE(counts)];
		size_t count = counts[i % ARRAY_SIZE(counts)];
		struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
		struct pw *pw = p12_pw("secret");
		struct kdb db = KDB_INIT;

		cms_begin(&db, version);
		make_many(&db, count);
		cms_save_bytes(&bytes, &db, pw);
		assert_true(tool_write("ours.kdb", buf_span(&bytes.part[0])));
		ask_reader(program, "ours.kdb");
		(void)snprintf(wanted, sizeof(wanted), "%u kdb %zu %zu %d %d\n", version, count,
			       count - count / 4, count > 0, count > 3 ? 3 : (int)count);
		if (!tool_says("out", wanted))
			fail_msg("not said: %s", wanted);
		kdb_release(&db);
		cms_bytes_release(&bytes);
		pw_free(&pw);
	}
}

static void
test_reader_opens_requests(void **state)
{
	static const unsigned versions[] = { 3, 4, 6 };
	char folder[TOOL_PATH_MAX];
	const char *program = reader(folder);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
		struct pw *pw = p12_pw("secret");
		struct cms_all all;

		cms_make_all(&all, versions[i]);
		all.db.expires = 0; /* which it does not rewrite */
		cms_save_bytes(&bytes, &all.db, pw);
		assert_true(tool_write("ours.kdb", buf_span(&bytes.part[0])));
		assert_true(tool_write("ours.rdb", buf_span(&bytes.part[1])));
		ask_reader(program, "ours.rdb");
		assert_true(tool_says("out", " rdb 1 1 0 1"));
		/* A secret key is no key pair that it could look at: the checks are enough. */
		kdb_remove(&all.db, kdb_find(&all.db, span_text("aes")));
		cms_save_bytes(&bytes, &all.db, pw);
		assert_true(tool_write("ours.kdb", buf_span(&bytes.part[0])));
		ask_reader(program, "ours.kdb");
		assert_true(tool_says("out", " kdb 4 3 1 2"));
		cms_bytes_release(&bytes);
		pw_free(&pw);
		cms_release_all(&all);
	}
}

/* What the reference makes: IBM's own files of versions 4 and 3 with other keys are not at hand. */
static void
test_readers_files(void **state)
{
	static const char program[] =
	    "import sys; sys.path.insert(0, sys.argv[1]); import kdbread as r\n"
	    "pw = b'secret'; c = open('cert', 'rb').read(); k = open('key', 'rb').read()\n"
	    "d = open('cert2', 'rb').read()\n"
	    "for v in (3, 4, 6):\n"
	    "  e = [(b'web', c, r.encrypt_key(k, pw, v), True, 0), (b'root', d, None, False, 0)]\n"
	    "  open('made%d.kdb' % v, 'wb').write(r.new_database(v, pw, e))\n"
	    "  open('made%d.rdb' % v, 'wb').write(r.new_database(v, pw, [], b'X509KYP\\0'))\n";
	char folder[TOOL_PATH_MAX];
	char line[LINE_MAX_SIZE];
	struct secret *pkcs8 = NULL;
	struct cms_all all;

	(void)state;
	(void)reader(folder);
	cms_make_all(&all, 6);
	assert_int_equal(key_pkcs8(&pkcs8, all.web.key), RC_OK);
	assert_true(tool_write("key", secret_span(pkcs8)));
	assert_true(tool_write("cert", buf_span(&all.web.der)));
	assert_true(tool_write("cert2", buf_span(&all.root.der)));
	assert_true(tool_write("make.py", span_text(program)));
	(void)snprintf(line, sizeof(line), "/usr/bin/python3 make.py '%s'", folder);
	assert_int_equal(tool_run(line), 0);
	for (unsigned version = 3; version <= 6; version += version == 3 ? 1 : 2) {
		struct cms_bytes file = { { BUF_INIT, BUF_INIT } };
		struct pw *pw = p12_pw("secret");
		struct kdb db = KDB_INIT;
		char name[32];

		(void)snprintf(name, sizeof(name), "made%u.kdb", version);
		assert_int_equal(read_part(&file.part[0], ".", name, ".kdb"), RC_OK);
		assert_int_equal(read_part(&file.part[1], ".", name, ".rdb"), RC_OK);
		cms_reload(&db, &file, pw);
		assert_int_equal(db.version, version);
		assert_int_equal(db.count, 2);
		assert_int_equal(check_keys(&db, pw), 1);
		check_rewrite(&file, &db, pw);
		kdb_release(&db);
		pw_free(&pw);
		cms_bytes_release(&file);
	}
	secret_free(&pkcs8);
	cms_release_all(&all);
}

static char scratch[TOOL_PATH_MAX];

static int
enter(void **state)
{
	(void)state;
	return tool_enter(scratch) ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	tool_leave(scratch);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_reader_opens_ours),
		cmocka_unit_test(test_reader_opens_requests),
		cmocka_unit_test(test_readers_files),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
