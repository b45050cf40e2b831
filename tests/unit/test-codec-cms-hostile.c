/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CMS files that are cut off, flipped, made up: refused as 8 or 5, or read as far as they can be.
 */
#include "cms-make.h"

#include "base/text.h"

enum { FLIPS = 500, BITS = 8 };

static const unsigned versions[] = { 3, 4, 6 };

/* A sequence that is the same each time. */
static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525U + 1013904223U;
	return *state >> 8;
}

/* How loading ended; nothing is left behind, and there are words for it. */
static enum rc
try_load(const struct cms_bytes *bytes, struct pw *pw)
{
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;
	enum rc rc = cms_load_bytes(&db, bytes, pw, NULL, &err);

	if (rc) {
		assert_int_equal(db.count + db.request_count + db.extra_count, 0);
		assert_true(err.message[0]);
		assert_int_equal(err.rc, rc);
	}
	kdb_release(&db);
	return rc;
}

static void
make_file(struct cms_bytes *bytes, unsigned version, struct pw *pw)
{
	struct cms_all all;

	cms_make_all(&all, version);
	all.db.record_length = 2500; /* fewer bytes to cut off */
	cms_save_bytes(bytes, &all.db, pw);
	cms_release_all(&all);
}

static void
test_cut_off(void **state)
{
	(void)state;
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		struct pw *pw = p12_pw("secret");
		struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };

		make_file(&bytes, versions[v], pw);
		for (size_t part = 0; part < CODEC_PARTS; part++) {
			struct cms_bytes cut = bytes;

			for (size_t size = 1; size < bytes.part[part].size; size++) {
				cut.part[part].size = size;
				assert_int_equal(try_load(&cut, pw), RC_DAMAGED);
				assert_int_equal(try_load(&cut, NULL), RC_DAMAGED);
			}
		}
		buf_put_byte(&bytes.part[0], 0);
		assert_int_equal(try_load(&bytes, pw), RC_DAMAGED);
		cms_bytes_release(&bytes);
		pw_free(&pw);
	}
}

/* One bit is another one: with the passphrase it is noticed, without it nothing breaks. */
static void
flip(struct cms_bytes *bytes, size_t part, size_t bit, struct pw *pw)
{
	unsigned char *at = &bytes->part[part].data[bit / BITS];
	enum rc rc;

	*at ^= (unsigned char)(1U << bit % BITS);
	rc = try_load(bytes, pw);
	/* Of the head and of check 1 a flip is like another passphrase; so it is in the .rdb. */
	if (rc_status(rc) != 8 && rc != RC_WRONG_SECRET && !(part && rc == RC_CONFLICT))
		fail_msg("bit %zu of part %zu: %s", bit, part, rc_code(rc));
	if (rc != RC_DAMAGED && bit / BITS >= CMS_HEAD_SIZE + CMS_CHECK_MAX)
		fail_msg("bit %zu of part %zu: %s", bit, part, rc_code(rc));
	(void)try_load(bytes, NULL);
	*at ^= (unsigned char)(1U << bit % BITS);
}

static void
test_flips(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		struct pw *pw = p12_pw("secret");
		struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
		size_t head = CMS_HEAD_SIZE + 2 * cms_check_size(versions[v]);

		make_file(&bytes, versions[v], pw);
		for (size_t part = 0; part < CODEC_PARTS; part++) {
			size_t slots = (bytes.part[part].size - head) / 2500;

			for (size_t bit = 0; bit < head * BITS; bit++)
				flip(&bytes, part, bit, pw);
			for (size_t i = 0; i < slots * FLIPS; i++)
				flip(&bytes, part,
				     (head + i / FLIPS * 2500) * BITS +
					 next_random(&random) % (2500 * BITS),
				     pw);
		}
		assert_int_equal(try_load(&bytes, pw), RC_OK);
		cms_bytes_release(&bytes);
		pw_free(&pw);
	}
}

/* Flips whose checks are right again: by somebody who has the passphrase. What loads can be saved,
 * and what is saved loads. */
static void
test_flips_under_right_checks(void **state)
{
	uint32_t random = 2;
	size_t loaded = 0;

	(void)state;
	for (size_t i = 0; i < FLIPS * 10; i++) {
		static struct cms_bytes good = { { BUF_INIT, BUF_INIT } };
		struct cms_bytes bad = { { BUF_INIT, BUF_INIT } };
		struct cms_bytes again = { { BUF_INIT, BUF_INIT } };
		struct pw *pw = p12_pw("secret");
		struct kdb db = KDB_INIT;
		struct cms_file f;
		struct cms_head head = { .version = 6, .slot_size = 2500 };
		struct buf slots = BUF_INIT;
		size_t part = i % CODEC_PARTS;

		if (!i)
			make_file(&good, 6, pw);
		assert_int_equal(cms_file_read(&f, buf_span(&good.part[part]), NULL), RC_OK);
		buf_put(&slots, f.slots);
		/* The records' beginnings: all that is taken apart stands there. */
		slots.data[next_random(&random) % f.count * 2500 + next_random(&random) % 1000] ^=
		    (unsigned char)(1U << next_random(&random) % BITS);
		head.count = f.count;
		head.is_requests = part == 1;
		head.salt = SPAN_OF(cms_no_salt, sizeof(cms_no_salt));
		cms_frame(&bad.part[part], &head, buf_span(&slots), "secret");
		buf_put(&bad.part[1 - part], buf_span(&good.part[1 - part]));
		if (cms_load_bytes(&db, &bad, pw, NULL, NULL) == RC_OK) {
			loaded++;
			cms_save_bytes(&again, &db, pw);
			if (db.count)
				cms_rename(&db, 0, span_text("new"));
			cms_save_bytes(&again, &db, pw);
			assert_int_equal(try_load(&again, pw), RC_OK);
		}
		kdb_release(&db);
		buf_release(&slots);
		cms_bytes_release(&bad);
		cms_bytes_release(&again);
		pw_free(&pw);
		if (i + 1 == FLIPS * 10)
			cms_bytes_release(&good);
	}
	assert_true(loaded > FLIPS);
}

/* Sizes and counts that lie. */
static void
test_sizes(void **state)
{
	static const struct {
		const char *why;
		uint32_t slot_size;
		uint32_t count;
		const char *words;
	} cases[] = {
		{ "no slot size", 0, 1, "1024 to" },
		{ "no slot size, all the slots", 0, 0xffffffff, "1024 to" },
		{ "one byte", 1, 2500, "1024 to" },
		{ "2^31", 0x80000000, 1, "1024 to" },
		{ "all ones", 0xffffffff, 0xffffffff, "1024 to" },
		{ "just too small", CMS_SLOT_MIN - 1, 1, "1024 to" },
		{ "just too large", CMS_SLOT_MAX + 1, 1, "1024 to" },
		{ "the product has 32 bits more", 0x10000, 0x10001, "announces 65537 records" },
		{ "the product is the size modulo 2^32", 0x1000, 0x100001, "announces" },
		{ "one slot too many", 2500, 2, "announces 2 records of 2500" },
		{ "one slot too few", 2500, 0, "announces 0 records" },
	};
	unsigned char slot[2500] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cms_head head = {
			.version = 6,
			.slot_size = sizeof(slot),
			.count = 1,
			.salt = SPAN_OF(cms_no_salt, sizeof(cms_no_salt)),
		};
		struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
		struct kdb db = KDB_INIT;
		struct err err = ERR_INIT;

		cms_frame(&bytes.part[0], &head, SPAN_OF(slot, sizeof(slot)), "secret");
		for (int at = 0; at < 4; at++) {
			unsigned shift = 24 - 8 * (unsigned)at;

			bytes.part[0].data[0x10 + at] =
			    (unsigned char)(cases[i].slot_size >> shift);
			bytes.part[0].data[0x14 + at] = (unsigned char)(cases[i].count >> shift);
		}
		assert_int_equal(cms_load_bytes(&db, &bytes, NULL, NULL, &err), RC_DAMAGED);
		if (!strstr(err.message, cases[i].words))
			fail_msg("%s: %s", cases[i].why, err.message);
		cms_bytes_release(&bytes);
	}
}

/* A slot as a test wants it, in a file of such slots. */
struct odd {
	struct cms_all all;
	struct buf slots;
	uint32_t slot_size;
	uint32_t count;
};

static void
odd_begin(struct odd *o)
{
	cms_make_all(&o->all, 6);
	o->slots = (struct buf)BUF_INIT;
	o->slot_size = CMS_SLOT_USUAL;
	o->count = 0;
}

/* A slot whose label and record's label are these, around the certificate or, for a key, the pair.
 */
static void
odd_put(struct odd *o, const struct forged *f, struct span label, struct span key, unsigned flags)
{
	struct cms_slot slot = { .type = 1, .number = o->count + 1, .label = label };
	struct cms_record record = {
		.what = key.size ? CMS_KEY : CMS_CERT,
		.id = SPAN_OF("\x02\x01\x01", 3), /* always the same: as KdbTool writes it */
		.cert = buf_span(&f->der),
		.key = key,
		.label_tag = DER_VISIBLE_STRING,
		.label = label,
		.flags = { (unsigned char)flags },
	};
	size_t need;

	assert_int_equal(cms_put_slot(&o->slots, &slot, &record, o->slot_size, &need), RC_OK);
	o->count++;
}

/* The slot at this place, to be made odd. */
static unsigned char *
odd_slot(struct odd *o, size_t at)
{
	return o->slots.data + at * o->slot_size;
}

/* Loads what must load; unchanged it is saved as it is. */
static void
odd_load(struct odd *o, struct kdb *db, struct p12_heard *heard)
{
	const struct cms_head head = {
		.version = 6,
		.slot_size = o->slot_size,
		.count = o->count,
		.salt = SPAN_OF(cms_no_salt, sizeof(cms_no_salt)),
	};
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct cms_bytes again = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("secret");
	struct err err = ERR_INIT;

	cms_frame(&bytes.part[0], &head, buf_span(&o->slots), "secret");
	if (cms_load_bytes(db, &bytes, pw, heard, &err))
		fail_msg("%s", err.message);
	cms_save_bytes(&again, db, pw);
	/* A label that was made anew is written. */
	if (!strstr(heard->codes, "labels-made"))
		assert_true(cms_bytes_equal(&bytes, &again));
	cms_bytes_release(&bytes);
	cms_bytes_release(&again);
	pw_free(&pw);
}

static void
odd_end(struct odd *o, struct kdb *db)
{
	kdb_release(db);
	buf_release(&o->slots);
	cms_release_all(&o->all);
}

/* KeyStore Explorer and KdbTool: a NUL in the label, the default on each key, the number 1 on each
 * record, other lookup values. */
static void
test_foreign_writers(void **state)
{
	struct pw *pw = p12_pw("secret");
	struct secret *pkcs8 = NULL;
	struct buf key = BUF_INIT;
	struct kdb db = KDB_INIT;
	struct p12_heard heard;
	struct cms_slot slot;
	struct odd o;

	(void)state;
	odd_begin(&o);
	assert_int_equal(key_pkcs8(&pkcs8, o.all.web.key), RC_OK);
	assert_int_equal(pbe_shroud_as(&key, pw, PBE_FORM_SHA384_AES, pkcs8), RC_OK);
	odd_put(&o, &o.all.web, SPAN_OF("web\0", 4), buf_span(&key), 0xc0);
	odd_put(&o, &o.all.mail, SPAN_OF("mail\0", 5), buf_span(&key), 0xc0);
	odd_put(&o, &o.all.root, SPAN_OF("root\0", 5), SPAN_NONE, 0x80);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(cms_slot_read(&slot, SPAN_OF(odd_slot(&o, i), o.slot_size)),
				 RC_OK);
		/* Two values are left. */
		memset(odd_slot(&o, i) + (slot.lookups.data - slot.whole.data) + 48, 0, 72);
	}
	odd_load(&o, &db, &heard);
	assert_string_equal(heard.codes, "odd-labels odd-lookups several-defaults ");
	assert_int_equal(db.count, 3);
	assert_true(span_equal(db.entries[0]->label.span, span_text("web")));
	assert_ptr_equal(db.default_entry, db.entries[0]);
	/* What is changed gets IBM's form. */
	{
		struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
		struct cms_record record;
		struct cms_file f;

		cms_rename(&db, 1, span_text("post"));
		cms_rename(&db, 1, span_text("mail"));
		cms_switch(&db, 1, ENTRY_TRUSTED);
		cms_save_bytes(&bytes, &db, pw);
		assert_int_equal(cms_file_read(&f, buf_span(&bytes.part[0]), NULL), RC_OK);
		assert_int_equal(cms_slot_read(&slot, span_part(f.slots, f.slot_size, f.slot_size)),
				 RC_OK);
		assert_true(span_equal(slot.label, span_text("mail")));
		assert_int_equal(slot.lookups.size, CMS_LOOKUPS * (4 + CMS_LOOKUP_SIZE));
		assert_int_equal(cms_record_read(&record, slot.record), RC_OK);
		assert_false(cms_is_default(&record) || cms_is_trusted(&record));
		assert_memory_equal(f.slots.data, o.slots.data, f.slot_size);
		cms_bytes_release(&bytes);
	}
	odd_end(&o, &db);
	buf_release(&key);
	secret_free(&pkcs8);
	pw_free(&pw);
}

static void
test_labels(void **state)
{
	struct kdb db = KDB_INIT;
	struct p12_heard heard;
	char label[5000];
	struct odd o;

	(void)state;
	memset(label, 'l', sizeof(label));
	odd_begin(&o);
	o.slot_size = 12000;
	odd_put(&o, &o.all.web, SPAN_OF(label, sizeof(label)), SPAN_NONE, 0x80);
	odd_put(&o, &o.all.mail, span_text("Twice"), SPAN_NONE, 0x80);
	odd_put(&o, &o.all.root, span_text("twice"), SPAN_NONE, 0x80);
	odd_put(&o, &o.all.next, SPAN_NONE, SPAN_NONE, 0);
	odd_load(&o, &db, &heard);
	assert_non_null(strstr(heard.codes, "labels-made"));
	assert_int_equal(db.count, 4);
	assert_int_equal(db.entries[0]->label.span.size, sizeof(label));
	assert_true(span_equal(db.entries[2]->label.span, span_text("twice (2)")));
	assert_true(span_equal(db.entries[3]->label.span, span_text("next")));
	odd_end(&o, &db);
	/* The same twice, label and all, is carried along; Latin-1 is read as such. */
	odd_begin(&o);
	odd_put(&o, &o.all.web, span_text("Gr\xfc\xdf"), SPAN_NONE, 0x80);
	odd_put(&o, &o.all.web, span_text("Gr\xfc\xdf"), SPAN_NONE, 0x80);
	odd_load(&o, &db, &heard);
	assert_string_equal(heard.codes, "odd-labels duplicate-entry ");
	assert_int_equal(db.count, 1);
	assert_int_equal(db.extra_count, 1);
	assert_true(span_equal(db.entries[0]->label.span, span_text("Gr\xc3\xbc\xc3\x9f")));
	odd_end(&o, &db);
}

/* Records that are not understood are kept, whatever is changed beside them. */
static void
test_unknown_records(void **state)
{
	struct kdb db = KDB_INIT;
	struct p12_heard heard;
	struct cms_slot slot;
	struct odd o;

	(void)state;
	odd_begin(&o);
	for (size_t i = 0; i < 4; i++)
		odd_put(&o, &o.all.web, span_text("odd"), SPAN_NONE, 0x80);
	odd_put(&o, &o.all.root, span_text("root"), SPAN_NONE, 0xbf);
	assert_int_equal(cms_slot_read(&slot, SPAN_OF(odd_slot(&o, 0), o.slot_size)), RC_OK);
	odd_slot(&o, 0)[3] = 7;                                         /* another type */
	memset(odd_slot(&o, 1), 0, o.slot_size);                        /* nothing at all */
	odd_slot(&o, 2)[slot.record.data - slot.whole.data] = DER_SET;  /* no record */
	odd_slot(&o, 3)[slot.record.data - slot.whole.data + 7] = 0xa9; /* another choice */
	/* Behind the lookup values: a field of a later version. */
	odd_slot(&o, 4)[o.slot_size - 10] = 0x5a;
	odd_load(&o, &db, &heard);
	assert_string_equal(heard.codes, "records-kept ");
	assert_int_equal(db.count, 1);
	assert_int_equal(db.extra_count, 4);
	{
		struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
		struct pw *pw = p12_pw("secret");
		struct cms_record record;
		struct err err = ERR_INIT;
		struct cms_file f;

		/* What follows may not be cut off. */
		db.record_length = o.slot_size - 10;
		assert_int_equal(cms_try_save(&bytes, &db, pw, NULL, &err), RC_LIMIT);
		db.record_length = o.slot_size + 100;
		cms_rename(&db, 0, span_text("ROOT"));
		cms_save_bytes(&bytes, &db, pw);
		assert_int_equal(cms_file_read(&f, buf_span(&bytes.part[0]), NULL), RC_OK);
		assert_int_equal(f.count, 5);
		for (size_t i = 0; i < 4; i++)
			assert_memory_equal(f.slots.data + i * f.slot_size, odd_slot(&o, i),
					    o.slot_size);
		assert_int_equal(
		    cms_slot_read(&slot, span_part(f.slots, 4 * f.slot_size, f.slot_size)), RC_OK);
		assert_true(cms_rest(&slot).size &&
			    slot.rest.data[cms_rest(&slot).size - 1] == 0x5a);
		assert_int_equal(cms_record_read(&record, slot.record), RC_OK);
		assert_int_equal(record.flags[0], 0xbf);
		cms_bytes_release(&bytes);
		pw_free(&pw);
	}
	odd_end(&o, &db);
}

/* Lengths that lead out of their slot. */
static void
test_lengths(void **state)
{
	static const uint32_t lengths[] = { CMS_SLOT_USUAL, CMS_SLOT_USUAL - 12, 0x7fffffff,
					    0x80000000, 0xffffffff };
	const struct cms_head head = {
		.version = 6,
		.slot_size = CMS_SLOT_USUAL,
		.count = 1,
		.salt = SPAN_OF(cms_no_salt, sizeof(cms_no_salt)),
	};
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("secret");
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;
	struct cms_slot slot;
	struct odd o;

	(void)state;
	odd_begin(&o);
	odd_put(&o, &o.all.root, span_text("root"), SPAN_NONE, 0x80);
	assert_int_equal(cms_slot_read(&slot, SPAN_OF(odd_slot(&o, 0), o.slot_size)), RC_OK);
	for (size_t i = 0; i < 2 * ARRAY_SIZE(lengths); i++) {
		size_t at = i % 2 ? 8 : 12 + slot.record.size;
		unsigned char *place = odd_slot(&o, 0) + at;
		unsigned char was[4];

		memcpy(was, place, sizeof(was));
		for (unsigned k = 0; k < 4; k++)
			place[k] = (unsigned char)(lengths[i / 2] >> (24 - 8 * k));
		cms_frame(&bytes.part[0], &head, buf_span(&o.slots), "secret");
		assert_int_equal(cms_load_bytes(&db, &bytes, pw, NULL, &err), RC_DAMAGED);
		assert_non_null(strstr(err.message, "record 1:"));
		memcpy(place, was, sizeof(was));
	}
	cms_bytes_release(&bytes);
	pw_free(&pw);
	odd_end(&o, &db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_flips),
		cmocka_unit_test(test_flips_under_right_checks),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_foreign_writers),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_unknown_records),
		cmocka_unit_test(test_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
