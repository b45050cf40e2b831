/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret create, add, export; secret keys among other entries. */
#include "ring.h"

#include "op/secret-key.h"

enum { KEY_SIZE = 32, LONGEST = 512 };

/* A file of this many bytes that count up. */
static void
put_bytes(const char *path, size_t size)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	for (size_t i = 0; i < size; i++)
		assert_int_not_equal(fputc((int)(i % 256), f), EOF);
	assert_int_equal(fclose(f), 0);
}

static void
create_makes_keys_of_any_size(void **state)
{
	struct world *w = *state;

	expect(w, "secret create aes --size 256", RC_OK);
	expect(w, "cert show aes", RC_OK);
	assert_int_equal(w->result.rows[0].bits, 256);
	assert_int_equal(entry_of(w, "aes")->kind, ENTRY_SECRET);
	expect(w, "secret create least --size 112", RC_OK);
	expect(w, "secret create most --size 4096", RC_OK);
	expect(w, "cert show most", RC_OK);
	assert_int_equal(w->result.rows[0].bits, 4096);
	/* A key that is no secret has no such size. */
	expect(w, "cert show web", RC_OK);
	assert_int_equal(w->result.rows[0].bits, 0);
}

static void
all_refuse(void **state)
{
	static const struct refusal cases[] = {
		{ "secret create k", RC_USAGE, "no size" },
		{ "secret create k --size 0", RC_USAGE, "no bit" },
		{ "secret create k --size 130", RC_USAGE, "no whole bytes" },
		{ "secret create k --size 4104", RC_USAGE, "too long" },
		{ "secret create k --size 104", RC_WEAK, "a byte less than the least" },
		{ "secret create k --size 18446744073709551615", RC_USAGE, "far too long" },
		{ "secret create '' --size 128", RC_USAGE, "no label" },
		{ "secret create #1 --size 128", RC_USAGE, "a label that selects" },
		{ "secret create web --size 128", RC_DUPLICATE, "a key has the label" },
		{ "secret create WEB --size 128", RC_DUPLICATE, "in another case" },
		{ "secret create web --size 128 --if-exists keep", RC_CONFLICT, "no secret key" },
		{ "secret add k none", RC_NO_FILE, "no file" },
		{ "secret add k empty", RC_UNKNOWN_FORMAT, "no byte" },
		{ "secret add k long", RC_LIMIT, "a byte too many" },
		{ "secret add k .", RC_IO, "a folder" },
		{ "secret add web fits", RC_DUPLICATE, "a key has the label" },
		{ "secret add web fits --if-exists keep", RC_CONFLICT, "no secret key" },
		{ "secret export web --out x", RC_USAGE, "no secret key" },
		{ "secret export web", RC_USAGE, "no place" },
		{ "secret export nobody --out x", RC_NO_LABEL, "no such label" },
	};

	put_bytes("empty", 0);
	put_bytes("long", LONGEST + 1);
	put_bytes("fits", LONGEST);
	refused(*state, cases, ARRAY_SIZE(cases));
}

static void
add_takes_bytes_as_they_are(void **state)
{
	struct world *w = *state;

	put_bytes("one", 1);
	put_bytes("fits", LONGEST);
	expect(w, "secret add one one", RC_OK);
	assert_true(warned(w, "weak") && !warned(w, "text-as-key"));
	expect(w, "secret add fits fits", RC_OK);
	assert_int_equal(w->result.warnings.count, 0);
	expect(w, "secret export fits --out back", RC_OK);
	assert_true(warned(w, "key-in-clear"));
	assert_int_equal(secret_size(w->result.outputs[0].secret), LONGEST);
	for (size_t i = 0; i < LONGEST; i++)
		assert_int_equal(secret_span(w->result.outputs[0].secret).data[i], i % 256);
	put_file("hex", "00112233445566778899aabbccddeeff\n");
	expect(w, "secret add hex hex", RC_OK);
	assert_true(warned(w, "text-as-key"));
}

static void
losing_one_is_confirmed(void **state)
{
	struct world *w = *state;

	put_bytes("one", KEY_SIZE);
	put_bytes("two", KEY_SIZE + 1);
	expect(w, "secret add k one", RC_OK);
	expect(w, "secret add k one --if-exists keep", RC_OK);
	assert_false(w->result.changed);
	/* The same bytes: nothing is lost. */
	expect(w, "secret add k one --if-exists replace", RC_OK);
	assert_int_equal(w->confirmed, 0);
	expect(w, "secret add k two --if-exists keep", RC_CONFLICT);
	expect(w, "secret add k two --if-exists replace", RC_CANCELLED);
	assert_int_equal(w->confirmed, 1);
	assert_true(strstr(w->question, "secret key of 'k'") != NULL);
	expect(w, "secret create k --size 256 --if-exists replace", RC_CANCELLED);
	expect(w, "cert delete k", RC_CANCELLED);
	assert_true(strstr(w->question, "secret key of 'k'") != NULL);
	assert_int_equal(w->confirmed, 3);
	/* In the place of a private key: that is what is asked about. */
	expect(w, "secret add web two --if-exists replace", RC_CANCELLED);
	assert_true(strstr(w->question, "private key of 'web'") != NULL);
	w->yes = true;
	expect(w, "secret add k two --if-exists replace", RC_OK);
	expect(w, "cert show k", RC_OK);
	assert_int_equal(w->result.rows[0].bits, 8 * (KEY_SIZE + 1));
}

static void
create_keeps_what_has_the_size(void **state)
{
	struct world *w = *state;

	expect(w, "secret create k --size 256", RC_OK);
	expect(w, "secret create k --size 256 --if-exists keep", RC_OK);
	assert_false(w->result.changed);
	expect(w, "secret create k --size 128 --if-exists keep", RC_CONFLICT);
	expect(w, "secret create k --size 256", RC_DUPLICATE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(create_makes_keys_of_any_size),  RING_TEST(all_refuse),
		RING_TEST(add_takes_bytes_as_they_are),    RING_TEST(losing_one_is_confirmed),
		RING_TEST(create_keeps_what_has_the_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
