/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/stash.h"

#include "base/fs.h"
#include "base/text.h"
#include "codec/codec.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FILE_LIMIT = 1024 * 1024, PATH_LIMIT = 1024 };

static struct secret *
secret_of(const char *text)
{
	struct secret *s = NULL;

	assert_int_equal(secret_from(&s, span_text(text)), RC_OK);
	return s;
}

static void
test_round_trip(void **state)
{
	static const char *const cases[] = { "", "x", "password", "Grüße" };
	struct secret *pass;
	struct secret *file = NULL;
	struct secret *back = NULL;
	char longest[STASH_SECRET_MAX + 1];
	int version;
	int read;
	size_t i;

	(void)state;
	memset(longest, 'p', STASH_SECRET_MAX);
	longest[STASH_SECRET_MAX] = 0;
	for (i = 0; i <= ARRAY_SIZE(cases); i++) {
		pass = secret_of(i < ARRAY_SIZE(cases) ? cases[i] : longest);
		for (version = 1; version <= 2; version++) {
			assert_int_equal(stash_write(&file, pass, version), RC_OK);
			assert_int_equal(secret_size(file), version == 1 ? 129 : 193);
			assert_true(stash_probe(secret_span(file)));
			assert_int_equal(stash_read(&back, secret_span(file), &read), RC_OK);
			assert_int_equal(read, version);
			assert_true(secret_equal(back, pass));
			secret_free(&back);
			assert_int_equal(stash_read(&back, secret_span(file), NULL), RC_OK);
			secret_free(&back);
			secret_free(&file);
		}
		secret_free(&pass);
	}
}

static void
test_refused_to_write(void **state)
{
	char too_long[STASH_SECRET_MAX + 2];
	struct secret *file = NULL;
	struct secret *pass;

	(void)state;
	memset(too_long, 'p', sizeof(too_long));
	too_long[sizeof(too_long) - 1] = 0;
	pass = secret_of(too_long);
	assert_int_equal(stash_write(&file, pass, 2), RC_LIMIT);
	secret_free(&pass);
	assert_int_equal(secret_from(&pass, SPAN_OF("a\0b", 3)), RC_OK);
	assert_int_equal(stash_write(&file, pass, 1), RC_LIMIT);
	secret_free(&pass);
	pass = secret_of("x");
	assert_int_equal(stash_write(&file, pass, 3), RC_USAGE);
	assert_null(file);
	secret_free(&pass);
}

static void
test_damaged(void **state)
{
	static const size_t odd[] = { 0, 128, 130, 192, 194 };
	unsigned char bytes[194];
	struct secret *pass = secret_of("password");
	struct secret *file = NULL;
	struct secret *back = NULL;
	size_t i;

	(void)state;
	memset(bytes, 0x11, sizeof(bytes));
	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		assert_int_equal(stash_read(&back, SPAN_OF(bytes, odd[i]), NULL), RC_DAMAGED);
		assert_false(stash_probe(SPAN_OF(bytes, odd[i])));
	}
	/* Version 1 without terminator. */
	assert_int_equal(stash_read(&back, SPAN_OF(bytes, 129), NULL), RC_DAMAGED);
	assert_false(stash_probe(SPAN_OF(bytes, 193)));
	assert_false(stash_probe(SPAN_OF(bytes, 100)));
	assert_int_equal(stash_write(&file, pass, 2), RC_OK);
	memcpy(bytes, secret_data(file), secret_size(file));
	/* Any change in the first 64 bytes is found by the check. */
	for (i = 0; i < 64; i++) {
		bytes[i] ^= 0x40;
		assert_int_equal(stash_read(&back, SPAN_OF(bytes, 193), NULL), RC_DAMAGED);
		bytes[i] ^= 0x40;
	}
	secret_free(&file);
	secret_free(&pass);
}

/* Made by the prototype reader and writer of the format, an implementation of its own: version 2
 * for the passphrase mq-lab. */
static void
test_known_answer(void **state)
{
	static const char file[] =
	    "46c613325be345eac354e23ceb0ff13805369c6018f0e6d0fad2068ce11b7d7f4e1095c231adfb86"
	    "50d950ec388a36f3d39f7c8485f69a87e1f0a77988de3df01bcabcd5d3d8a1df2600ddf6684e8d7a"
	    "9ba1614f178ebeeebb1d27bef12fb73c97ab5f3222b8605c8d9d523d5a281a7c6444f72b0f2ad87e"
	    "0b8601854d0f4ded3a9a76812a9be5cfcdeae520a76b0be3a1bf3e3c5ac2894cd232b615525341a1"
	    "09ecce7c9e7d8ec55b5eff024fd0baa2af5f2a09f0db5fabcfaac7c849ea5a123a";
	struct buf bytes = BUF_INIT;
	struct secret *pass = NULL;
	int version;

	(void)state;
	assert_int_equal(text_get_hex(&bytes, file), RC_OK);
	assert_int_equal(stash_read(&pass, buf_span(&bytes), &version), RC_OK);
	assert_int_equal(version, 2);
	assert_true(span_equal(secret_span(pass), span_text("mq-lab")));
	secret_free(&pass);
	buf_release(&bytes);
}

static void
read_sample(const char *folder, const char *name, unsigned *read, unsigned *opened)
{
	struct blob *in[CODEC_PARTS] = { NULL, NULL };
	struct secret *pass = NULL;
	struct buf file = BUF_INIT;
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;
	char path[PATH_LIMIT];
	struct pw *pw = NULL;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(fs_read(&file, path, FILE_LIMIT, NULL, &err), RC_OK);
	assert_int_equal(stash_read(&pass, buf_span(&file), NULL), RC_OK);
	assert_true(text_is_utf8(secret_span(pass)));
	buf_release(&file);
	++*read;
	(void)snprintf(path + strlen(path) - 3, 4, "kdb");
	assert_int_equal(fs_read(&file, path, FILE_LIMIT, NULL, &err), RC_OK);
	assert_int_equal(pw_new(&pw, &pass, 0), RC_OK);
	if (codec_probe(buf_span(&file)) == &codec_pkcs12) {
		assert_int_equal(blob_new(&in[0], &file), RC_OK);
		assert_int_equal(codec_pkcs12.load(&db, in, pw, NULL, &err), RC_OK);
		assert_true(db.verified);
		++*opened;
	}
	kdb_release(&db);
	buf_release(&file);
	pw_free(&pw);
}

/* Stashes that IBM's programs wrote; those beside a PKCS#12 database must open it. */
static void
test_samples(void **state)
{
	const char *folder = getenv("KYMAN_KDB_SAMPLES");
	DIR *dir = folder ? opendir(folder) : NULL;
	struct dirent *file;
	unsigned read = 0;
	unsigned opened = 0;
	size_t size;

	(void)state;
	if (!dir) {
		print_message("# KYMAN_KDB_SAMPLES is not set: skipped\n");
		skip();
	}
	while ((file = readdir(dir)) != NULL) {
		size = strlen(file->d_name);
		if (size > 4 && strcmp(file->d_name + size - 4, ".sth") == 0)
			read_sample(folder, file->d_name, &read, &opened);
	}
	closedir(dir);
	print_message("# %u stashes read, %u opened their database\n", read, opened);
	assert_true(read > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_refused_to_write),
		cmocka_unit_test(test_damaged),    cmocka_unit_test(test_known_answer),
		cmocka_unit_test(test_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
