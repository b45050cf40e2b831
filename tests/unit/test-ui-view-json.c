/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kdb-make.h"
#include "view-catch.h"

#include "store/store.h"

#include <jansson.h>

/* One object, one line feed, all ASCII: as json_t, which the caller releases. */
static json_t *
parse(const char *text)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	size_t size = strlen(text);

	if (!json)
		fail_msg("%s: %s", error.text, text);
	assert_int_equal(text[size - 1], '\n');
	for (size_t i = 0; i + 1 < size; i++)
		assert_true(text[i] >= ' ' && text[i] < 0x7f);
	return json;
}

/* The keys of an object in their order, blanks between. */
static void
assert_keys(const json_t *json, const char *keys)
{
	char text[500] = "";
	size_t at = 0;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)json, key, value) at +=
	    (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at ? " " : "", key);
	assert_string_equal(text, keys);
}

static json_t *
shown(const struct result *r)
{
	struct catcher c;
	json_t *json;

	catch_start(&c);
	view_json(&c.view, r);
	catch_end(&c);
	assert_int_equal(c.size[1], 0);
	json = parse(c.text[0]);
	assert_int_equal(json_integer_value(json_object_get(json, "schema")), 1);
	catch_release(&c);
	return json;
}

static const char entry_keys[] = "label kind default trusted pending ca subject issuer serial "
				 "not_before not_after key names sha256 spki_sha256";
static const char more_keys[] = "label kind default trusted pending ca subject issuer serial "
				"not_before not_after key names sha256 spki_sha256 version "
				"signature sha1 extensions pem";

/* A list of everything but a good certificate: what is absent is null, never missing. */
static void
list_has_the_keys_of_the_contract(void **state)
{
	struct result r = RESULT_INIT;
	struct kdb db = KDB_INIT;
	json_t *entries;
	json_t *json;

	(void)state;
	assert_int_equal(result_row(&r, put_entry(&db, ENTRY_SECRET, "aes", NULL), NULL), RC_OK);
	assert_int_equal(result_row(&r, put_entry(&db, ENTRY_CERT, "odd", "no certificate"), NULL),
			 RC_OK);
	assert_int_equal(result_row(&r, NULL, put_request(&db, "waits")), RC_OK);
	r.kind = RESULT_LIST;
	r.database = "a\"b\\c.p12";
	r.type = "pkcs12";
	r.verified = true;
	r.db = &db;
	json = shown(&r);
	assert_keys(json, "schema database type verified entries");
	assert_string_equal(json_string_value(json_object_get(json, "database")), "a\"b\\c.p12");
	assert_true(json_is_true(json_object_get(json, "verified")));
	entries = json_object_get(json, "entries");
	assert_int_equal(json_array_size(entries), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_keys(json_array_get(entries, i), entry_keys);
		assert_true(json_is_null(json_object_get(json_array_get(entries, i), "subject")));
		assert_true(json_is_null(json_object_get(json_array_get(entries, i), "key")));
	}
	assert_string_equal(json_string_value(json_object_get(json_array_get(entries, 2), "kind")),
			    "request");
	json_decref(json);
	result_release(&r);
	kdb_release(&db);
}

static void
labels_are_escaped(void **state)
{
	static const struct {
		const char *label;
		const char *text;
	} cases[] = {
		{ "plain", "\"label\":\"plain\"" },
		{ "quote\" back\\", "\"label\":\"quote\\\" back\\\\\"" },
		{ "tab\tline\nesc\033del\177", "\"label\":\"tab\\tline\\nesc\\u001bdel\\u007f\"" },
		{ "\xc3\xa4pfel", "\"label\":\"\\u00e4pfel\"" },
		{ "\xe2\x80\xaetext", "\"label\":\"\\u202etext\"" },
		{ "\xf0\x9f\x94\x91", "\"label\":\"\\ud83d\\udd11\"" },
		{ "not\xff"
		  "utf8\xc3",
		  "\"label\":\"not\\ufffdutf8\\ufffd\"" },
	};
	struct catcher c;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct entry *e = make_entry(ENTRY_CERT, cases[i].label, NULL, NULL);
		struct result r = RESULT_INIT;

		assert_int_equal(result_row(&r, e, NULL), RC_OK);
		r.kind = RESULT_ENTRY;
		catch_start(&c);
		view_json(&c.view, &r);
		catch_end(&c);
		assert_non_null(strstr(c.text[0], cases[i].text));
		json_decref(parse(c.text[0]));
		catch_release(&c);
		result_release(&r);
		entry_unref(&e);
	}
}

static void
entry_says_more(void **state)
{
	struct result r = RESULT_INIT;
	struct kdb db = KDB_INIT;
	json_t *entry;
	json_t *json;

	(void)state;
	assert_int_equal(result_row(&r, put_entry(&db, ENTRY_KEY, "k", "x"), NULL), RC_OK);
	r.kind = RESULT_ENTRY;
	r.db = &db;
	json = shown(&r);
	assert_keys(json, "schema database entry verified");
	entry = json_object_get(json, "entry");
	assert_keys(entry, more_keys);
	assert_true(json_is_true(json_object_get(entry, "default")));
	assert_true(json_is_null(json_object_get(entry, "pem")));
	assert_true(json_is_array(json_object_get(entry, "extensions")));
	json_decref(json);
	result_release(&r);
	kdb_release(&db);
}

static void
change_says_all(void **state)
{
	struct result r = RESULT_INIT;
	json_t *json;

	(void)state;
	r.changed = true;
	warnings_add(&r.warnings, "cut", "ends with its issuer");
	assert_int_equal(result_file(&r, "web.pem"), RC_OK);
	json = shown(&r);
	assert_keys(json, "schema changed dry_run added replaced removed files warnings");
	assert_string_equal(json_string_value(json_array_get(json_object_get(json, "files"), 0)),
			    "web.pem");
	assert_keys(json_array_get(json_object_get(json, "warnings"), 0), "code message");
	json_decref(json);
	r.has_issued = true;
	json = shown(&r);
	assert_keys(json, "schema changed dry_run added replaced removed files warnings issued");
	assert_keys(json_object_get(json, "issued"), entry_keys);
	json_decref(json);
	result_release(&r);
}

static void
database_and_default(void **state)
{
	struct result r = RESULT_INIT;
	struct kdb db = KDB_INIT;
	json_t *json;

	(void)state;
	r.kind = RESULT_DATABASE;
	r.database = "x.p12";
	r.type = "pkcs12";
	r.stash = STASH_STALE;
	r.db = &db;
	json = shown(&r);
	assert_keys(json, "schema database type version counts default password_expires "
			  "record_length fips iterations stash verified");
	assert_keys(json_object_get(json, "counts"), "keys certs requests secrets");
	assert_true(json_is_null(json_object_get(json, "default")));
	assert_true(json_is_null(json_object_get(json, "password_expires")));
	assert_true(json_is_null(json_object_get(json, "record_length")));
	assert_string_equal(json_string_value(json_object_get(json, "stash")), "stale");
	json_decref(json);
	(void)put_entry(&db, ENTRY_KEY, "web", "x");
	r.kind = RESULT_DEFAULT;
	json = shown(&r);
	assert_keys(json, "schema default");
	assert_string_equal(json_string_value(json_object_get(json, "default")), "web");
	json_decref(json);
	result_release(&r);
	kdb_release(&db);
}

static void
verify_and_files(void **state)
{
	struct shown_file *file = calloc(1, sizeof(*file));
	struct result r = RESULT_INIT;
	json_t *json;
	json_t *at;

	(void)state;
	assert_non_null(file);
	r.kind = RESULT_VERIFY;
	r.verify.code = "expired";
	json = shown(&r);
	assert_keys(json, "schema label valid path reasons weak");
	assert_keys(json_array_get(json_object_get(json, "reasons"), 0), "code message");
	json_decref(json);
	file->file = strdup("x");
	(void)err_set(&file->error, RC_UNKNOWN_FORMAT, "nothing");
	r.kind = RESULT_FILES;
	r.shown = file;
	r.shown_count = 1;
	json = shown(&r);
	assert_keys(json, "schema files");
	at = json_array_get(json_object_get(json, "files"), 0);
	assert_keys(at, "file format encoding locked entries problems error notes");
	assert_true(json_is_null(json_object_get(at, "format")));
	assert_keys(json_object_get(at, "error"), "status code message hint");
	json_decref(json);
	result_release(&r);
}

static void
failure_is_an_object(void **state)
{
	struct err err = ERR_INIT;
	struct catcher c;
	json_t *json;
	json_t *at;

	(void)state;
	(void)err_set(&err, RC_WRONG_SECRET, "cannot open 'x': wrong passphrase");
	catch_start(&c);
	view_json_error(&c.view, &err);
	catch_end(&c);
	assert_int_equal(c.size[0], 0);
	json = parse(c.text[1]);
	assert_keys(json, "schema error");
	at = json_object_get(json, "error");
	assert_int_equal(json_integer_value(json_object_get(at, "status")), 5);
	assert_string_equal(json_string_value(json_object_get(at, "code")), "wrong-secret");
	assert_true(json_is_null(json_object_get(at, "hint")));
	json_decref(json);
	catch_release(&c);
}

/* More than the buffer holds, in one string and in many. */
static void
long_output_is_whole(void **state)
{
	size_t size = 3 * OUT_SIZE;
	char *big = malloc(size + 1);
	struct result r = RESULT_INIT;
	json_t *json;

	(void)state;
	assert_non_null(big);
	memset(big, 'x', size);
	big[size] = '\0';
	r.kind = RESULT_TEXT;
	buf_put_text(&r.text, big);
	json = shown(&r);
	assert_string_equal(json_string_value(json_object_get(json, "text")), big);
	json_decref(json);
	buf_cut(&r.text, 0);
	for (size_t i = 0; i < size / 2; i++)
		buf_put_text(&r.text, "\xc3\xa4");
	json = shown(&r);
	assert_memory_equal(json_string_value(json_object_get(json, "text")), r.text.data,
			    r.text.size);
	json_decref(json);
	result_release(&r);
	free(big);
}

static void
hexadecimal_of_any_length(void **state)
{
	size_t size = OUT_SIZE;
	unsigned char *bytes = malloc(size);
	struct catcher c;
	struct json j;

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 0xa5, size);
	catch_start(&c);
	j = (struct json){ .out = &c.out };
	json_put_hex(&j, SPAN_OF(bytes, size));
	catch_end(&c);
	assert_int_equal(c.size[0], 2 * size + 2);
	assert_int_equal(strspn(c.text[0] + 1, "a5"), 2 * size);
	catch_release(&c);
	free(bytes);
}

/* Text that did not fit into memory must not look like an empty one. */
static void
out_of_memory_is_an_error(void **state)
{
	const struct buf bad = { .bad = true };
	struct err err = ERR_INIT;
	struct catcher c;
	struct json j;

	(void)state;
	catch_start(&c);
	j = (struct json){ .out = &c.out };
	json_put_buf(&j, &bad);
	assert_int_equal(out_finish(&c.out, &err), RC_NO_MEMORY);
	c.out.bad = false;
	catch_end(&c);
	catch_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_has_the_keys_of_the_contract),
		cmocka_unit_test(labels_are_escaped),
		cmocka_unit_test(entry_says_more),
		cmocka_unit_test(change_says_all),
		cmocka_unit_test(database_and_default),
		cmocka_unit_test(verify_and_files),
		cmocka_unit_test(failure_is_an_object),
		cmocka_unit_test(long_output_is_whole),
		cmocka_unit_test(hexadecimal_of_any_length),
		cmocka_unit_test(out_of_memory_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
