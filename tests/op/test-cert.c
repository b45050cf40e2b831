/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert create, list, show, trust, default, rename, copy, delete. */
#include "ring.h"

static void
create_gives_what_was_asked_for(void **state)
{
	struct world *w = *state;
	struct cert c;
	struct ext x;

	expect(w, "cert list", RC_OK);
	c = cert_of(w, "root");
	assert_true(cert_is_ca(&c) && cert_self_signed(&c));
	assert_int_equal(cert_path_length(&c), -1);
	assert_int_equal(c.not_after - c.not_before, 3650 * (int64_t)DAY_LENGTH + 3600);
	c = cert_of(w, "issuing");
	assert_int_equal(cert_path_length(&c), 0);
	assert_true(issued_by(w, "issuing", "root") && issued_by(w, "web", "issuing"));
	c = cert_of(w, "web");
	assert_false(cert_is_ca(&c));
	assert_int_equal(c.not_after - c.not_before, 365 * (int64_t)DAY_LENGTH + 3600);
	assert_int_equal(c.serial.size, 10);
	assert_true(cert_ext(&c, OID_EXT_SAN, &x) && !x.critical);
	/* The first key is the default, and what is made is trusted. */
	assert_ptr_equal(w->result.db->default_entry, entry_of(w, "root"));
	assert_true(entry_of(w, "app")->flags & ENTRY_TRUSTED);
}

/* Any NAME makes a server: where none is a host, it is told. */
static void
a_server_by_its_names(void **state)
{
	static const struct {
		const char *names;
		bool told;
	} cases[] = {
		{ "me@shop.example", true },
		{ "https://shop.example/me", true },
		{ "me@shop.example https://shop.example/me", true },
		{ "--san rid:1.2.3", true },
		{ "me@shop.example shop.example", false },
		{ "192.0.2.7", false },
		{ "me@shop.example --profile email", false },
		{ "me@shop.example --profile server", false },
		{ "me@shop.example --no-names", false },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect_with(w, "cert create me --issuer issuing --dry-run", cases[i].names, RC_OK);
		if (warned(w, "profile-server") != cases[i].told)
			print_message("# %s\n", cases[i].names);
		assert_int_equal(warned(w, "profile-server"), cases[i].told);
		expect_with(w, "csr create me --dry-run --out me.csr", cases[i].names, RC_OK);
		assert_int_equal(warned(w, "profile-server"), cases[i].told);
	}
}

static void
create_refuses(void **state)
{
	static const struct refusal cases[] = {
		{ "cert create web --profile client", RC_DUPLICATE, "label taken" },
		{ "cert create WEB --profile client", RC_DUPLICATE, "taken in other case" },
		{ "cert create '' --profile client", RC_USAGE, "empty label" },
		{ "cert create #1 --profile client", RC_USAGE, "a label that selects" },
		{ "cert create sha256:00 --profile client", RC_USAGE, "a label that selects" },
		{ "cert create new", RC_USAGE, "not said what for" },
		{ "cert create new --profile server", RC_NO_NAMES, "a server without names" },
		{ "cert create new --profile client --issuer nobody", RC_NO_LABEL, "no issuer" },
		{ "cert create new --profile client --issuer web", RC_NOT_A_CA, "no CA" },
		{ "cert create new --profile ca --issuer issuing", RC_POLICY, "path length 0" },
		{ "cert create new --profile client --key rsa:1024", RC_WEAK, "short" },
		{ "cert create new --profile client --key rsa:2047", RC_WEAK, "odd" },
		{ "cert create new --profile client --key ec:p999", RC_USAGE, "no curve" },
		{ "cert create new --profile client --days 0", RC_USAGE, "no day" },
		{ "cert create new --profile client --days -1", RC_USAGE, "negative" },
		{ "cert create new --profile client --days 36501", RC_USAGE, "too long" },
		{ "cert create new --profile client --days 1e3", RC_USAGE, "no number" },
		{ "cert create new --profile client --days 1 --not-after 2030-01-01", RC_USAGE,
		  "two ends" },
		{ "cert create new --profile client --not-before 2030-01-02 --not-after 2030-01-01",
		  RC_USAGE, "ends before it begins" },
		{ "cert create new --profile client --issuer root --not-after 2001-01-01 "
		  "--not-before 2000-01-01",
		  RC_EXPIRED, "ends before its issuer begins" },
		{ "cert create new --profile client --issuer root --not-before 2099-01-01 "
		  "--not-after 2099-02-01",
		  RC_EXPIRED, "begins when its issuer has ended" },
		{ "cert create new --profile client --path-length 1", RC_USAGE, "CAs only" },
		{ "cert create new --profile client --permit dns:example", RC_USAGE, "CAs only" },
		{ "cert create new --profile ca --path-length 256", RC_USAGE, "too long a path" },
		{ "cert create new --profile ca --subject ''", RC_USAGE, "a CA without a name" },
		{ "cert create new --profile client --subject ''", RC_USAGE, "no name at all" },
		{ "cert create new --profile client --subject XY=1", RC_USAGE, "no attribute" },
		{ "cert create new --profile client --san what:ever", RC_USAGE, "unknown type" },
		{ "cert create new a..example", RC_USAGE, "no host name" },
		{ "cert create new --profile client --ku everything", RC_USAGE, "no usage" },
		{ "cert create new --profile client --eku everything", RC_USAGE, "no usage" },
		{ "cert create new --profile client --crl-url nowhere", RC_USAGE, "no URL" },
		{ "cert create new --profile nothing", RC_USAGE, "no profile" },
		{ "cert create new --profile client --hash md5", RC_USAGE, "not offered" },
	};

	refused(*state, cases, ARRAY_SIZE(cases));
}

static void
create_bounds_urls(void **state)
{
	char command[COMMAND_MAX] = "cert create new --profile client";
	struct world *w = *state;

	for (int i = 0; i < 9; i++)
		(void)strncat(command, " --ocsp-url http://x.example/",
			      sizeof(command) - strlen(command) - 1);
	expect(w, command, RC_USAGE);
}

static void
create_bounds_names(void **state)
{
	struct world *w = *state;
	char time[TEXT_TIME_MAX];
	char label[80];
	struct cert c;

	world_clear(w);
	for (int i = 0; i < 1001; i++)
		assert_int_equal(words_add(&w->args.words, i ? "a.example" : "new"), RC_OK);
	w->session.asker = &w->asker;
	assert_int_equal(op_run(&w->session, &op_cert_create, &w->args, &w->result, &w->err),
			 RC_OK);
	world_clear(w);
	for (int i = 0; i < 1002; i++)
		assert_int_equal(words_add(&w->args.words, i ? "a.example" : "more"), RC_OK);
	assert_int_equal(op_run(&w->session, &op_cert_create, &w->args, &w->result, &w->err),
			 RC_LIMIT);
	/* A host name too long for a common name stands among the names alone. */
	memset(label, 'a', sizeof(label));
	label[60] = '.';
	label[sizeof(label) - 1] = '\0';
	expect_with(w, "cert create long", label, RC_OK);
	c = cert_of(w, "long");
	assert_true(dn_is_empty(c.subject));
	expect_with(w, "cert create --profile client --no-names", label, RC_USAGE);
	expect(w, "cert create uri --profile client --san uri:https://x.example/", RC_OK);
	expect(w, "cert create deep --profile ca --path-length 3", RC_OK);
	c = cert_of(w, "deep");
	assert_int_equal(cert_path_length(&c), 3);
	/* In force later: checked as of then. */
	(void)text_time(time, env_now() + 10 * DAY_LENGTH);
	expect_with(w, "cert create later --profile client --issuer root --not-before", time,
		    RC_OK);
}

static void
create_refuses_issuers(void **state)
{
	struct world *w = *state;

	expect(w, "cert trust issuing off", RC_OK);
	expect(w, "cert create new --profile client --issuer issuing", RC_POLICY);
	expect(w, "cert trust issuing on", RC_OK);
	expect(w, "cert export issuing --out issuing.pem", RC_OK);
	db_make(w, "other.p12");
	expect(w, "cert add issuing.pem --db other.p12", RC_OK);
	expect(w, "cert create new --profile client --issuer issuing --db other.p12",
	       RC_NO_ISSUER_KEY);
	/* keyCertSign is what makes a CA sign. */
	expect(w, "cert create odd --profile ca --ku cRLSign", RC_OK);
	expect(w, "cert create new --profile client --issuer odd", RC_NOT_A_CA);
	expect(w, "cert create limits --profile ca --permit dns:inside.example", RC_OK);
	expect(w, "cert create new out.example --issuer limits", RC_POLICY);
	expect(w, "cert create new a.inside.example --issuer limits", RC_OK);
	env_set_now(env_now() + 1826 * (int64_t)DAY_LENGTH);
	expect(w, "cert create late --profile client --issuer issuing", RC_EXPIRED);
	env_set_now(env_now() - 3 * 3650 * (int64_t)DAY_LENGTH);
	expect(w, "cert create early --profile client --issuer issuing", RC_POLICY);
}

static void
create_is_cut_with_its_issuer(void **state)
{
	struct world *w = *state;
	struct cert ca;
	struct cert c;

	expect(w, "cert create new --profile client --issuer issuing --days 5000", RC_OK);
	assert_true(warned(w, "cut"));
	ca = cert_of(w, "issuing");
	c = cert_of(w, "new");
	assert_true(c.not_after == ca.not_after);
	expect(w, "cert create back --profile client --issuer issuing --not-before 2001-01-01",
	       RC_OK);
	c = cert_of(w, "back");
	ca = cert_of(w, "issuing");
	assert_true(c.not_before == ca.not_before);
}

static void
create_when_it_exists(void **state)
{
	static const struct {
		const char *options;
		enum rc rc;
		bool changed;
		const char *why;
	} cases[] = {
		{ "www.example.org web.example.org --issuer issuing --if-exists keep", RC_OK, false,
		  "all the same" },
		{ "www.example.org --issuer issuing --if-exists keep", RC_CONFLICT, false,
		  "other names" },
		{ "www.example.org web.example.org --issuer root --if-exists keep", RC_CONFLICT,
		  false, "other issuer" },
		{ "www.example.org web.example.org --if-exists keep", RC_CONFLICT, false,
		  "self-signed" },
		{ "www.example.org web.example.org --issuer issuing --key rsa:2048 --if-exists "
		  "keep",
		  RC_CONFLICT, false, "other key type" },
		{ "www.example.org web.example.org --issuer issuing --profile peer --if-exists "
		  "keep",
		  RC_CONFLICT, false, "other profile" },
		{ "www.example.org web.example.org --issuer issuing --subject CN=x --if-exists "
		  "keep",
		  RC_CONFLICT, false, "other subject" },
		{ "www.example.org web.example.org --issuer issuing --if-exists fail", RC_DUPLICATE,
		  false, "not to exist" },
		{ "www.example.org web.example.org --issuer issuing --if-exists replace --yes",
		  RC_OK, true, "another in its place" },
	};
	struct world *w = *state;
	char before[64];
	char after[64];

	expect(w, "cert list", RC_OK);
	(void)serial_of(before, w, "web");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect_with(w, "cert create web", cases[i].options, cases[i].rc);
		assert_int_equal(w->result.changed, cases[i].changed);
	}
	assert_string_not_equal(before, serial_of(after, w, "web"));
	assert_int_equal(w->result.diff.replaced.count, 1);
	/* Usages of one's own are no profile, and still the same the second time. */
	expect(w, "cert create own --profile client --eku 1.2.3.4", RC_OK);
	expect(w, "cert create own --profile client --eku 1.2.3.4 --if-exists keep", RC_OK);
	assert_false(w->result.changed);
}

static void
replacing_a_key_asks(void **state)
{
	struct world *w = *state;

	w->yes = false;
	expect(w, "cert create web www.example.org --if-exists replace", RC_CANCELLED);
	assert_int_equal(w->confirmed, 1);
	assert_non_null(strstr(w->question, "'web'"));
	expect(w, "cert create web www.example.org --if-exists replace --no-input", RC_USAGE);
	w->yes = true;
	expect(w, "cert create web www.example.org --if-exists replace", RC_OK);
}

static void
dry_runs_change_nothing(void **state)
{
	static const char *const commands[] = {
		"cert create new --profile client --dry-run",
		"cert rename web new --dry-run",
		"cert trust web off --dry-run",
		"cert default web --dry-run",
		"cert delete web --dry-run",
		"cert renew web --dry-run",
		"csr create new --profile client --out new.csr --dry-run",
		"csr renew web --out new.csr --dry-run",
		"cert export web --out new.pem --dry-run",
	};
	struct world *w = *state;
	struct stat before;
	struct stat after;

	assert_int_equal(stat("ring.p12", &before), 0);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		expect(w, commands[i], RC_OK);
		assert_true(w->result.dry_run);
		assert_true(w->result.changed || w->result.output_count);
	}
	assert_int_equal(w->confirmed, 0);
	assert_int_equal(stat("ring.p12", &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(mode_of("new.csr"), -1);
	assert_int_equal(mode_of("new.pem"), -1);
}

static void
list_filters(void **state)
{
	static const struct {
		const char *command;
		size_t rows;
		enum rc status;
	} cases[] = {
		{ "cert list", 5, RC_OK },
		{ "cert list --kind key", 4, RC_OK },
		{ "cert list --kind cert", 1, RC_OK },
		{ "cert list --kind secret", 0, RC_OK },
		{ "cert list --kind request", 1, RC_OK },
		{ "csr list", 1, RC_OK },
		{ "cert list --expiring 30", 0, RC_OK },
		{ "cert list --expiring 366", 2, RC_FOUND },
		{ "cert list --expiring 0", 0, RC_OK },
	};
	struct world *w = *state;

	expect(w, "cert create other --profile ca --db ring.p12", RC_OK);
	expect(w, "cert export other --out other.pem", RC_OK);
	expect(w, "cert delete other --yes", RC_OK);
	expect(w, "cert add other.pem", RC_OK);
	expect(w, "csr create wait --profile client --out wait.csr", RC_OK);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(w, cases[i].command, RC_OK);
		assert_int_equal(w->result.row_count, cases[i].rows);
		assert_int_equal(w->result.status, cases[i].status);
	}
	expect(w, "cert list --expiring 36501", RC_USAGE);
	expect(w, "cert list --tree", RC_OK);
	assert_int_equal(w->result.rows[0].issuer, -1);
	assert_int_equal(w->result.rows[1].issuer, 0);
	assert_int_equal(w->result.rows[2].issuer, 1);
	assert_int_equal(w->result.rows[3].issuer, 1);
	assert_int_equal(w->result.rows[4].issuer, -1);
	expect(w, "cert list --tree --kind request", RC_OK);
}

static void
labels_select(void **state)
{
	struct world *w = *state;
	char command[COMMAND_MAX] = "cert show sha256:";
	unsigned char digest[DIGEST_MAX];

	expect(w, "cert show #3", RC_OK);
	assert_ptr_equal(w->result.rows[0].entry, entry_of(w, "web"));
	assert_int_equal(digest_of(HASH_SHA256, entry_of(w, "app")->cert.span, digest), RC_OK);
	for (size_t i = 0; i < 4; i++)
		(void)snprintf(command + strlen(command), 3, "%02X", digest[i]);
	expect(w, command, RC_OK);
	assert_ptr_equal(w->result.rows[0].entry, entry_of(w, "app"));
	command[strlen(command) - 1] = '\0';
	expect(w, command, RC_NO_LABEL);
	expect(w, "cert show #5", RC_NO_LABEL);
	expect(w, "cert show #0", RC_NO_LABEL);
	expect(w, "cert show Web", RC_NO_LABEL);
	assert_non_null(strstr(w->err.hint, "web"));
}

static void
trust_is_switched(void **state)
{
	struct world *w = *state;

	expect(w, "cert trust root off", RC_OK);
	assert_true(w->result.changed);
	assert_false(entry_of(w, "root")->flags & ENTRY_TRUSTED);
	expect(w, "cert verify web", RC_OK);
	assert_int_equal(w->result.status, RC_INVALID);
	expect(w, "cert trust root off", RC_OK);
	assert_false(w->result.changed);
	expect(w, "cert trust root on", RC_OK);
	expect(w, "cert verify web", RC_OK);
	assert_int_equal(w->result.status, RC_OK);
	expect(w, "cert trust root maybe", RC_USAGE);
	expect(w, "cert trust nobody on", RC_NO_LABEL);
}

/* A certificate without key is copied from file to file as long as it is the same: what was
 * switched is not. */
static void
trust_of_a_certificate_is_kept(void **state)
{
	struct world *w = *state;

	expect(w, "cert export web --out web.pem", RC_OK);
	expect(w, "cert delete web --yes", RC_OK);
	expect(w, "cert add web.pem --as web", RC_OK);
	for (int i = 0; i < 2; i++) {
		session_close(&w->session);
		expect(w, "cert trust web off", RC_OK);
		assert_true(w->result.changed);
		session_close(&w->session);
		expect(w, "cert list", RC_OK);
		assert_false(entry_of(w, "web")->flags & ENTRY_TRUSTED);
		session_close(&w->session);
		expect(w, "cert trust web on", RC_OK);
		assert_true(w->result.changed);
		session_close(&w->session);
		expect(w, "cert list", RC_OK);
		assert_true(entry_of(w, "web")->flags & ENTRY_TRUSTED);
	}
}

static void
default_is_chosen(void **state)
{
	struct world *w = *state;

	expect(w, "cert default", RC_OK);
	assert_int_equal(w->result.kind, RESULT_DEFAULT);
	assert_ptr_equal(w->result.rows[0].entry, entry_of(w, "root"));
	expect(w, "cert default web", RC_OK);
	assert_true(w->result.changed);
	expect(w, "cert default web", RC_OK);
	assert_false(w->result.changed);
	expect(w, "cert default", RC_OK);
	assert_ptr_equal(w->result.rows[0].entry, entry_of(w, "web"));
	/* The default is the first of the list. */
	expect(w, "cert show #1", RC_OK);
	assert_ptr_equal(w->result.rows[0].entry, entry_of(w, "web"));
	expect(w, "cert default nobody", RC_NO_LABEL);
	expect(w, "cert delete web --yes", RC_OK);
	assert_true(warned(w, "no-default"));
	expect(w, "cert default", RC_OK);
	assert_ptr_equal(w->result.rows[0].entry, entry_of(w, "root"));
	expect(w, "cert export app --out app.pem", RC_OK);
	expect(w, "cert delete app --yes", RC_OK);
	expect(w, "cert add app.pem", RC_OK);
	expect(w, "cert default app", RC_CONFLICT);
}

static void
rename_keeps_the_rest(void **state)
{
	struct world *w = *state;

	expect(w, "cert trust web off", RC_OK);
	expect(w, "cert default web", RC_OK);
	expect(w, "cert rename web Server", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 1);
	assert_null(entry_of(w, "web"));
	assert_false(entry_of(w, "Server")->flags & ENTRY_TRUSTED);
	assert_ptr_equal(w->result.db->default_entry, entry_of(w, "Server"));
	expect(w, "cert rename Server server", RC_OK);
	assert_true(w->result.changed);
	expect(w, "cert rename server server", RC_OK);
	assert_false(w->result.changed);
	expect(w, "cert rename server ROOT", RC_DUPLICATE);
	expect(w, "cert rename server #1", RC_USAGE);
	expect(w, "cert rename nobody body", RC_NO_LABEL);
	expect(w, "cert export server --with-key --out-pass none --out k.pem", RC_OK);
	assert_int_equal(count_of(text_of("k.pem"), "BEGIN PRIVATE KEY"), 1);
}

static void
delete_takes_care(void **state)
{
	struct world *w = *state;

	w->yes = false;
	expect(w, "cert delete web", RC_CANCELLED);
	assert_int_equal(w->confirmed, 1);
	expect(w, "cert delete web --no-input", RC_USAGE);
	expect(w, "cert delete issuing --yes", RC_IN_USE);
	expect(w, "cert delete web nobody --yes", RC_NO_LABEL);
	/* #N counts as the list stood: 3 and 4 are web and app. */
	expect(w, "cert delete #3 #4 #3 --yes", RC_OK);
	assert_int_equal(w->result.diff.removed.count, 2);
	assert_null(entry_of(w, "app"));
	expect(w, "cert delete root --even-issuer --yes", RC_OK);
	expect(w, "cert delete issuing --yes", RC_OK);
	assert_int_equal(w->result.db->count, 0);
	expect(w, "cert create ca2 --profile ca", RC_OK);
	expect(w, "cert create leaf --profile client --issuer ca2", RC_OK);
	/* A CA goes together with what it issued. */
	expect(w, "cert delete ca2 leaf --yes", RC_OK);
}

static void
copy_goes_into_another(void **state)
{
	struct world *w = *state;

	db_make(w, "to.p12");
	expect(w, "cert trust issuing off", RC_OK);
	expect(w, "cert copy web issuing --to to.p12", RC_OK);
	assert_int_equal(w->result.diff.added.count, 2);
	expect(w, "cert copy web --to to.p12", RC_DUPLICATE);
	expect(w, "cert copy web --to to.p12 --if-exists keep", RC_OK);
	assert_false(w->result.changed);
	expect(w, "cert copy web --to to.p12 --if-exists replace", RC_OK);
	expect(w, "cert copy nobody --to to.p12", RC_NO_LABEL);
	expect(w, "cert copy app --to nowhere.p12", RC_NO_FILE);
	expect(w, "cert copy app", RC_USAGE);
	expect(w, "cert copy app --to to.p12 --dry-run", RC_OK);
	assert_true(w->result.changed);
	expect(w, "cert list --db to.p12", RC_OK);
	assert_int_equal(w->result.row_count, 2);
	assert_false(entry_of(w, "issuing")->flags & ENTRY_TRUSTED);
	expect(w, "cert export web --partial --with-key --out-pass none --out k.pem --db to.p12",
	       RC_OK);
	assert_int_equal(count_of(text_of("k.pem"), "BEGIN PRIVATE KEY"), 1);
	expect(w, "cert create app --profile client --db to.p12", RC_OK);
	expect(w, "cert copy app --to to.p12 --if-exists keep", RC_DUPLICATE);
	put_file("other", "another one\n");
	expect(w, "db create third.p12 --pass file:other --iterations 1000", RC_OK);
	expect(w, "cert copy app --to third.p12 --to-pass file:pw", RC_WRONG_SECRET);
	expect(w, "cert copy app --to third.p12 --to-pass file:other", RC_OK);
	assert_ptr_equal(w->result.db->default_entry, entry_of(w, "app"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(create_gives_what_was_asked_for),
		RING_TEST(a_server_by_its_names),
		RING_TEST(create_refuses),
		RING_TEST(create_bounds_urls),
		RING_TEST(create_bounds_names),
		RING_TEST(create_refuses_issuers),
		RING_TEST(create_is_cut_with_its_issuer),
		RING_TEST(create_when_it_exists),
		RING_TEST(replacing_a_key_asks),
		RING_TEST(dry_runs_change_nothing),
		RING_TEST(list_filters),
		RING_TEST(labels_select),
		RING_TEST(trust_is_switched),
		RING_TEST(trust_of_a_certificate_is_kept),
		RING_TEST(default_is_chosen),
		RING_TEST(rename_keeps_the_rest),
		RING_TEST(delete_takes_care),
		RING_TEST(copy_goes_into_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
