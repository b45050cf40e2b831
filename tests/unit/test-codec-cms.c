/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cms-make.h"

#include "base/text.h"
#include "model/diff.h"
#include "model/select.h"

static const unsigned versions[] = { 3, 4, 6 };

/* The vector of the format's description: an empty .rdb of version 3. */
static void
test_known_answer(void **state)
{
	static const char wanted[] = "374803010000000058353039"
				     "4b595000000013880000000000000000000000000000000000"
				     "0000000000000000000000"
				     "3540aaee1a2529cc415c7ee76ee3c990"
				     "f782fa61598beb965a2f756b30ab7a0b";
	const struct cms_head head = {
		.version = 3,
		.is_requests = true,
		.slot_size = CMS_SLOT_USUAL,
		.salt = SPAN_OF(cms_no_salt, sizeof(cms_no_salt)),
	};
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("mq-lab");
	struct kdb db = KDB_INIT;
	struct buf hex = BUF_INIT;

	(void)state;
	cms_frame(&bytes.part[1], &head, SPAN_NONE, "mq-lab");
	text_put_hex(&hex, buf_span(&bytes.part[1]));
	assert_string_equal(buf_text(&hex), wanted);
	cms_reload(&db, &bytes, pw);
	assert_true(db.verified);
	assert_int_equal(db.count + db.request_count, 0);
	kdb_release(&db);
	buf_release(&hex);
	cms_bytes_release(&bytes);
	pw_free(&pw);
}

static void
test_probe(void **state)
{
	(void)state;
	assert_int_equal(cms_probe(SPAN_OF("\x37\x48\x06", 3)), PROBE_YES);
	assert_int_equal(cms_probe(SPAN_OF("7Heaven", 7)), PROBE_NO); /* text */
	assert_int_equal(cms_probe(SPAN_OF("\x37", 1)), PROBE_NO);
	assert_int_equal(cms_probe(SPAN_OF("\x03\xd9\xa2\x9a", 4)), PROBE_NO); /* KeePass */
	assert_int_equal(cms_probe(SPAN_NONE), PROBE_NO);
}

/* Whether the private key of e opens and belongs to its certificate. */
static void
check_key(const struct entry *e, struct pw *pw)
{
	struct secret *pkcs8 = NULL;
	struct buf spki = BUF_INIT;
	struct cert c;

	assert_int_equal(codec_open_key(&pkcs8, e, pw, NULL), RC_OK);
	if (e->kind == ENTRY_KEY) {
		assert_int_equal(cert_parse(&c, e->cert.span, NULL), RC_OK);
		assert_int_equal(key_spki_of(&spki, pkcs8), RC_OK);
		assert_true(span_equal(buf_span(&spki), c.spki));
	}
	secret_free(&pkcs8);
	buf_release(&spki);
}

static void
check_same(const struct kdb *a, const struct kdb *b)
{
	struct kdb_diff diff;

	assert_int_equal(kdb_diff(&diff, a, b), RC_OK);
	assert_int_equal(diff.added.count + diff.replaced.count + diff.removed.count, 0);
	kdb_diff_release(&diff);
	assert_int_equal(a->expires, b->expires);
	assert_int_equal(a->record_length, b->record_length);
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->fips, b->fips);
	assert_int_equal(a->shroud, b->shroud);
}

static void
test_round_trip(void **state)
{
	(void)state;
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		struct cms_bytes first = { { BUF_INIT, BUF_INIT } };
		struct cms_bytes second = { { BUF_INIT, BUF_INIT } };
		struct pw *pw = p12_pw("secret");
		struct pw *again_pw = p12_pw("secret");
		struct kdb again = KDB_INIT;
		struct cms_all all;

		cms_make_all(&all, versions[v]);
		cms_save_bytes(&first, &all.db, pw);
		assert_int_equal(first.part[0].size, CMS_HEAD_SIZE +
							 2 * cms_check_size(versions[v]) +
							 5 * CMS_SLOT_USUAL);
		cms_reload(&again, &first, again_pw);
		assert_true(again.verified && !again.foreign && !again.locked);
		assert_int_equal(again.fips, versions[v] == 6);
		check_same(&all.db, &again);
		assert_true(
		    span_equal(again.default_entry->label.span, all.db.default_entry->label.span));
		for (size_t i = 0; i < again.count; i++) {
			if (again.entries[i]->key.span.size)
				check_key(again.entries[i], again_pw);
		}
		/* Nothing changed: the same bytes, checks and all. */
		cms_save_bytes(&second, &again, again_pw);
		assert_true(cms_bytes_equal(&first, &second));
		kdb_release(&again);
		cms_bytes_release(&first);
		cms_bytes_release(&second);
		pw_free(&pw);
		pw_free(&again_pw);
		cms_release_all(&all);
	}
}

/* A change and its way back leave no trace; neither does the order of the list. */
static void
test_changes_are_undone(void **state)
{
	(void)state;
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		struct cms_bytes first = { { BUF_INIT, BUF_INIT } };
		struct cms_bytes other = { { BUF_INIT, BUF_INIT } };
		struct pw *pw = p12_pw("secret");
		struct kdb db = KDB_INIT;
		struct cms_all all;

		cms_make_all(&all, versions[v]);
		cms_save_bytes(&first, &all.db, pw);
		cms_reload(&db, &first, pw);
		for (size_t i = 0; i < db.count; i++) {
			struct piece label = piece_ref(&db.entries[i]->label);

			cms_rename(&db, i, span_text("something else that is longer"));
			cms_switch(&db, i, ENTRY_TRUSTED);
			cms_save_bytes(&other, &db, pw);
			assert_false(cms_bytes_equal(&first, &other));
			kdb_release(&db);
			cms_reload(&db, &other, pw);
			cms_rename(&db, i, label.span);
			cms_switch(&db, i, ENTRY_TRUSTED);
			cms_save_bytes(&other, &db, pw);
			assert_true(cms_bytes_equal(&first, &other));
			piece_release(&label);
		}
		kdb_set_default(&db, kdb_find(&db, span_text("Web")));
		cms_save_bytes(&other, &db, pw);
		assert_false(cms_bytes_equal(&first, &other));
		kdb_release(&db);
		cms_reload(&db, &other, pw);
		assert_true(span_equal(db.default_entry->label.span, span_text("Web")));
		kdb_set_default(&db, NULL);
		cms_save_bytes(&other, &db, pw);
		kdb_release(&db);
		cms_reload(&db, &other, pw);
		assert_null(db.default_entry);
		kdb_set_default(&db, kdb_find(&db, all.db.default_entry->label.span));
		cms_save_bytes(&other, &db, pw);
		assert_true(cms_bytes_equal(&first, &other));
		kdb_release(&db);
		cms_bytes_release(&first);
		cms_bytes_release(&other);
		pw_free(&pw);
		cms_release_all(&all);
	}
}

/* What is taken out and what comes anew leave the records between them as they are. */
static void
test_others_stay(void **state)
{
	static const struct recipe more = { .subject = "CN=more" };
	struct cms_bytes first = { { BUF_INIT, BUF_INIT } };
	struct cms_bytes second = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("secret");
	struct kdb db = KDB_INIT;
	struct cms_slot slot;
	struct cms_all all;
	struct forged f = { .key = NULL };
	size_t head = CMS_HEAD_SIZE + 2 * cms_check_size(6);

	(void)state;
	cms_make_all(&all, 6);
	forge(&f, &more, NULL);
	cms_save_bytes(&first, &all.db, pw);
	cms_reload(&db, &first, pw);
	kdb_remove(&db, kdb_find(&db, span_text("Web")));
	kdb_remove_request(&db, db.requests[0]);
	(void)p12_put(&db, ENTRY_KEY, "more", &f);
	cms_save_bytes(&second, &db, pw);
	assert_int_equal(second.part[0].size, first.part[0].size);
	/* The list is: default, Web, root, off, aes. */
	assert_memory_equal(second.part[0].data + head, first.part[0].data + head, CMS_SLOT_USUAL);
	assert_memory_equal(second.part[0].data + head + CMS_SLOT_USUAL,
			    first.part[0].data + head + (size_t)2 * CMS_SLOT_USUAL,
			    (size_t)3 * CMS_SLOT_USUAL);
	assert_int_equal(
	    cms_slot_read(&slot, SPAN_OF(second.part[0].data + head + (size_t)4 * CMS_SLOT_USUAL,
					 CMS_SLOT_USUAL)),
	    RC_OK);
	assert_int_equal(slot.number, 6);
	/* The .rdb stays, without records. */
	assert_int_equal(second.part[1].size, head);
	kdb_release(&db);
	cms_reload(&db, &second, pw);
	check_key(kdb_find(&db, span_text("more")), pw);
	assert_int_equal(db.request_count, 0);
	kdb_release(&db);
	forge_release(&f);
	cms_bytes_release(&first);
	cms_bytes_release(&second);
	pw_free(&pw);
	cms_release_all(&all);
}

static void
test_without_passphrase(void **state)
{
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct cms_bytes none = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("secret");
	struct kdb db = KDB_INIT;
	struct secret *key = NULL;
	struct err err = ERR_INIT;
	struct cms_all all;

	(void)state;
	cms_make_all(&all, 6);
	cms_save_bytes(&bytes, &all.db, pw);
	cms_reload(&db, &bytes, NULL);
	assert_false(db.verified);
	assert_true(db.locked);
	check_same(&all.db, &db);
	assert_int_equal(codec_open_key(&key, db.entries[0], NULL, &err), RC_NO_SECRET);
	assert_int_equal(cms_try_save(&none, &db, pw, NULL, &err), RC_NO_SECRET);
	assert_int_equal(codec_open_request_key(&key, db.requests[0], pw, &err), RC_OK);
	secret_free(&key);
	kdb_release(&db);
	cms_bytes_release(&bytes);
	cms_bytes_release(&none);
	pw_free(&pw);
	cms_release_all(&all);
}

/* Wrong passphrase, flipped byte, unknown version: three messages. */
static void
test_refusals(void **state)
{
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("secret");
	struct pw *wrong = p12_pw("Secret");
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;
	struct cms_all all;

	(void)state;
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		cms_make_all(&all, versions[v]);
		cms_save_bytes(&bytes, &all.db, pw);
		assert_int_equal(cms_load_bytes(&db, &bytes, wrong, NULL, &err), RC_WRONG_SECRET);
		assert_string_equal(err.message, "wrong passphrase");
		bytes.part[0].data[bytes.part[0].size - 1] ^= 1;
		assert_int_equal(cms_load_bytes(&db, &bytes, pw, NULL, &err), RC_DAMAGED);
		assert_non_null(strstr(err.message, "passphrase is right"));
		bytes.part[0].data[bytes.part[0].size - 1] ^= 1;
		bytes.part[1].data[bytes.part[1].size - 1] ^= 1;
		assert_int_equal(cms_load_bytes(&db, &bytes, pw, NULL, &err), RC_DAMAGED);
		assert_non_null(strstr(err.message, "requests were changed"));
		bytes.part[0].data[2] = 5;
		assert_int_equal(cms_load_bytes(&db, &bytes, pw, NULL, &err), RC_UNSUPPORTED);
		assert_non_null(strstr(err.message, "version 5"));
		assert_int_equal(db.count, 0);
		cms_release_all(&all);
	}
	cms_bytes_release(&bytes);
	pw_free(&pw);
	pw_free(&wrong);
}

/* Part 1 on its own, with another passphrase, of another version, in the place of part 0. */
static void
test_requests_part(void **state)
{
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct cms_bytes other = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("secret");
	struct pw *pw2 = p12_pw("other");
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;
	struct buf part = BUF_INIT;
	struct cms_all all;
	struct cms_all old;

	(void)state;
	cms_make_all(&all, 6);
	cms_make_all(&old, 3);
	cms_save_bytes(&bytes, &all.db, pw);
	cms_save_bytes(&other, &old.db, pw2);
	/* Absent: no requests, and none is made. */
	part = bytes.part[1];
	bytes.part[1] = (struct buf)BUF_INIT;
	cms_reload(&db, &bytes, pw);
	assert_int_equal(db.request_count, 0);
	kdb_release(&db);
	/* Of another passphrase. */
	bytes.part[1] = other.part[1];
	assert_int_equal(cms_load_bytes(&db, &bytes, pw, NULL, &err), RC_CONFLICT);
	assert_non_null(strstr(err.hint, "move its .rdb away"));
	other.part[1] = (struct buf)BUF_INIT;
	buf_release(&bytes.part[1]);
	/* Alone, for those who look into a file. */
	other.part[1] = part;
	buf_release(&other.part[0]);
	cms_reload(&db, &other, pw);
	assert_int_equal(db.request_count, 1);
	assert_true(db.verified && db.version == 6);
	kdb_release(&db);
	assert_int_equal(cms_load_bytes(&db, &other, pw2, NULL, &err), RC_WRONG_SECRET);
	/* The wrong way round. */
	other.part[0] = other.part[1];
	other.part[1] = (struct buf)BUF_INIT;
	assert_int_equal(cms_load_bytes(&db, &other, pw, NULL, &err), RC_UNSUPPORTED);
	bytes.part[1] = bytes.part[0];
	bytes.part[0] = (struct buf)BUF_INIT;
	assert_int_equal(cms_load_bytes(&db, &bytes, pw, NULL, &err), RC_DAMAGED);
	cms_bytes_release(&bytes);
	cms_bytes_release(&other);
	pw_free(&pw);
	pw_free(&pw2);
	cms_release_all(&all);
	cms_release_all(&old);
}

/* IBM's Java has a .rdb of version 3 beside a .kdb of version 6: it keeps its version. */
static void
test_versions_are_kept(void **state)
{
	const struct cms_head head = {
		.version = 3,
		.is_requests = true,
		.slot_size = 4000,
		.salt = SPAN_OF(cms_no_salt, sizeof(cms_no_salt)),
	};
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct cms_bytes other = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("secret");
	struct kdb db = KDB_INIT;
	struct cms_file f;
	struct cms_all all;
	struct span csr;

	(void)state;
	cms_make_all(&all, 6);
	cms_save_bytes(&bytes, &all.db, pw);
	cms_frame(&bytes.part[1], &head, SPAN_NONE, "secret");
	cms_reload(&db, &bytes, pw);
	csr = buf_span(&all.csr);
	p12_put_request_of(&db, "next", &csr, &all.next, false);
	cms_save_bytes(&other, &db, pw);
	assert_int_equal(cms_file_read(&f, buf_span(&other.part[1]), NULL), RC_OK);
	assert_int_equal(f.version, 3);
	assert_int_equal(f.slot_size, 4000);
	assert_int_equal(f.count, 1);
	/* Longer records are for both; a new passphrase brings a new salt to both. */
	db.record_length = 8000;
	db.mac_salt_size = 0;
	cms_save_bytes(&other, &db, pw);
	for (size_t i = 0; i < CODEC_PARTS; i++) {
		assert_int_equal(cms_file_read(&f, buf_span(&other.part[i]), NULL), RC_OK);
		assert_int_equal(f.slot_size, 8000);
		assert_int_equal(f.expires, 1900000000);
		assert_memory_not_equal(f.head.data + CMS_SALT_SIZE, cms_no_salt, CMS_SALT_SIZE);
		assert_memory_not_equal(f.head.data + CMS_SALT_SIZE,
					bytes.part[0].data + CMS_SALT_SIZE, CMS_SALT_SIZE);
	}
	kdb_release(&db);
	cms_reload(&db, &other, pw);
	assert_int_equal(db.request_count, 1);
	kdb_release(&db);
	cms_bytes_release(&bytes);
	cms_bytes_release(&other);
	pw_free(&pw);
	cms_release_all(&all);
}

static void
test_record_length(void **state)
{
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct cms_bytes other = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("secret");
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;
	char label[3000];
	struct cms_all all;

	(void)state;
	cms_make_all(&all, 4);
	cms_save_bytes(&bytes, &all.db, pw);
	cms_reload(&db, &bytes, pw);
	memset(label, 'x', sizeof(label));
	cms_rename(&db, 0, SPAN_OF(label, sizeof(label)));
	assert_int_equal(cms_try_save(&other, &db, pw, NULL, &err), RC_LIMIT);
	assert_non_null(strstr(err.message, "record length is 5000"));
	assert_non_null(strstr(err.hint, "record-length"));
	db.record_length = 9000;
	cms_save_bytes(&other, &db, pw);
	kdb_release(&db);
	cms_reload(&db, &other, pw);
	assert_int_equal(db.record_length, 9000);
	cms_rename(&db, 0, all.db.entries[0]->label.span);
	/* Slots that are copied get shorter, too, as far as what is in them allows. */
	db.record_length = CMS_SLOT_MIN;
	cms_save_bytes(&other, &db, pw);
	db.record_length = CMS_SLOT_USUAL;
	cms_save_bytes(&other, &db, pw);
	assert_true(cms_bytes_equal(&bytes, &other));
	db.record_length = CMS_SLOT_MIN - 1;
	assert_int_equal(cms_try_save(&other, &db, pw, NULL, &err), RC_LIMIT);
	db.record_length = CMS_SLOT_MAX + 1;
	assert_int_equal(cms_try_save(&other, &db, pw, NULL, &err), RC_LIMIT);
	kdb_release(&db);
	cms_bytes_release(&bytes);
	cms_bytes_release(&other);
	pw_free(&pw);
	cms_release_all(&all);
}

/* What the format has no place for. */
static void
test_not_held(void **state)
{
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("secret");
	struct p12_heard heard;
	struct err err = ERR_INIT;
	struct cms_all all;
	struct span csr;

	(void)state;
	cms_make_all(&all, 6);
	csr = buf_span(&all.csr);
	assert_int_equal(cms_try_save(&bytes, &all.db, pw, &heard, &err), RC_OK);
	assert_string_equal(heard.codes, "");
	p12_put_request_of(&all.db, "renewal", &csr, &all.next, true);
	assert_int_equal(cms_try_save(&bytes, &all.db, pw, &heard, &err), RC_OK);
	assert_string_equal(heard.codes, "renewal-forgotten ");
	p12_put_request_of(&all.db, "lone", NULL, &all.web, false);
	assert_int_equal(cms_try_save(&bytes, &all.db, pw, NULL, &err), RC_POLICY);
	assert_int_equal(cms_try_save(&bytes, &all.db, pw, NULL, NULL), RC_POLICY);
	cms_bytes_release(&bytes);
	pw_free(&pw);
	cms_release_all(&all);
}

/* What a request renews is seen from its label and its subject, and from nothing less. */
static void
test_renewals(void **state)
{
	static const struct {
		const char *label;
		bool right; /* the request has the subject of the entry */
		bool renews;
	} cases[] = {
		{ "Web", true, true },
		{ "Web", false, false }, /* another subject */
		{ "web", true, false },  /* another label */
		{ "root", true, false }, /* an entry without key */
	};
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("secret");
	struct p12_heard heard;
	struct err err = ERR_INIT;
	struct buf csr = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct request *r;
		struct cms_all all;
		struct kdb db = KDB_INIT;
		struct span der;

		cms_make_all(&all, 6);
		buf_cut(&csr, 0);
		p12_forge_csr(&csr, cases[i].right ? &all.web : &all.mail);
		der = buf_span(&csr);
		p12_put_request_of(&all.db, cases[i].label, &der, &all.next, false);
		assert_int_equal(cms_try_save(&bytes, &all.db, pw, NULL, &err), RC_OK);
		cms_reload(&db, &bytes, pw);
		r = kdb_find_request(&db, span_text(cases[i].label));
		assert_non_null(r);
		assert_int_equal(r->renews, cases[i].renews);
		assert_int_equal(r->surmised, cases[i].renews);
		/* What was seen will be seen again: nothing is forgotten. */
		assert_int_equal(cms_try_save(&bytes, &db, pw, &heard, &err), RC_OK);
		assert_string_equal(heard.codes, "");
		kdb_release(&db);
		cms_release_all(&all);
	}
	buf_release(&csr);
	cms_bytes_release(&bytes);
	pw_free(&pw);
}

/* z/OS names the issuer's record; the checks of an empty passphrase have a key of no bytes. */
static void
test_issuers_and_empty_passphrase(void **state)
{
	static const uint32_t wanted[] = { 3, 3, 3, 3, 0 };
	struct cms_bytes bytes = { { BUF_INIT, BUF_INIT } };
	struct pw *pw = p12_pw("");
	struct kdb db = KDB_INIT;
	struct cms_file f;
	struct cms_slot slot;
	struct cms_all all;

	(void)state;
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		cms_make_all(&all, versions[v]);
		cms_save_bytes(&bytes, &all.db, pw);
		assert_int_equal(cms_file_read(&f, buf_span(&bytes.part[0]), NULL), RC_OK);
		for (size_t i = 0; i < f.count; i++) {
			assert_int_equal(
			    cms_slot_read(&slot, span_part(f.slots, i * f.slot_size, f.slot_size)),
			    RC_OK);
			assert_int_equal(slot.number, i + 1);
			assert_int_equal(slot.issuer, versions[v] == 3 ? wanted[i] : 0);
		}
		cms_reload(&db, &bytes, pw);
		assert_true(db.verified);
		kdb_release(&db);
		cms_release_all(&all);
	}
	cms_bytes_release(&bytes);
	pw_free(&pw);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answer),
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_changes_are_undone),
		cmocka_unit_test(test_others_stay),
		cmocka_unit_test(test_without_passphrase),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_requests_part),
		cmocka_unit_test(test_versions_are_kept),
		cmocka_unit_test(test_record_length),
		cmocka_unit_test(test_not_held),
		cmocka_unit_test(test_renewals),
		cmocka_unit_test(test_issuers_and_empty_passphrase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
