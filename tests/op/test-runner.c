/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the runner does around operations: outputs, confirmation, locks, order. */
#include "world.h"

#include "store/store.h"

#include <sys/file.h>

/* An operation that writes what its arguments name: KIND=PATH, KIND one of text, der, key. With
 * "ask" it wants a confirmation. */
static enum rc
write_outputs(struct op_call *call, struct err *err)
{
	const struct words *words = &call->args->words;
	struct secret *secret = NULL;
	struct buf bytes = BUF_INIT;
	enum rc rc = RC_OK;

	(void)err;
	for (size_t i = 0; !rc && i < words->count; i++) {
		const char *word = words->items[i];
		const char *path = strchr(word, '=');

		if (!path) {
			rc = result_confirm(call->result, "Really?");
		} else if (strncmp(word, "key", 3) == 0) {
			rc = secret_from(&secret, span_text("private"));
			if (!rc)
				rc = result_secret_output(call->result, path + 1, &secret);
		} else {
			buf_put_text(&bytes,
				     strncmp(word, "der", 3) == 0 ? "\x01\x02" : "public\n");
			rc = result_output(call->result, path + 1, &bytes);
		}
	}
	return rc;
}

static const enum param no_params[] = { P_END };

static const struct op op_write = {
	.noun = "test",
	.verb = "write",
	.arguments = "KIND=PATH...",
	.summary = "",
	.min_words = 1,
	.max_words = 9,
	.params = no_params,
	.run = write_outputs,
};

/* The same, and it changes a database. */
static enum rc
write_and_change(struct op_call *call, struct err *err)
{
	call->db->expires++;
	return write_outputs(call, err);
}

static const struct op op_change = {
	.noun = "test",
	.verb = "change",
	.arguments = "KIND=PATH...",
	.summary = "",
	.max_words = 9,
	.flags = OP_WRITES | OP_EXPIRED_OK,
	.params = no_params,
	.run = write_and_change,
};

static void
wants(struct world *w, const struct op *op, const char *options, enum rc rc)
{
	enum rc got = run_own(w, op, options);

	if (got != rc)
		print_message("# %s: %s (%s), not %s\n", options, rc_code(got), w->err.message,
			      rc_code(rc));
	assert_int_equal(got, rc);
	assert_true(rc == RC_OK || w->err.message[0]);
}

static void
assert_holds(const char *name, const char *text)
{
	char held[100] = { 0 };
	FILE *f = fopen(name, "r");

	assert_non_null(f);
	assert_true(fread(held, 1, sizeof(held) - 1, f) == strlen(text));
	assert_int_equal(fclose(f), 0);
	assert_string_equal(held, text);
}

static void
make(struct world *w)
{
	put_file("pw", "correct horse\n");
	expect(w, "db create ca.p12 --pass file:pw --iterations 1000 --stash", RC_OK);
}

static void
outputs_have_their_modes(void **state)
{
	struct world *w = *state;
	mode_t mask = umask(0027);

	wants(w, &op_write, "text=a.pem key=a.key", RC_OK);
	(void)umask(mask);
	assert_int_equal(mode_of("a.pem"), 0640);
	assert_int_equal(mode_of("a.key"), 0600);
	assert_holds("a.pem", "public\n");
	assert_holds("a.key", "private");
	assert_int_equal(w->result.files.count, 2);
	/* A private file stays private when it takes the place of a public one. */
	assert_int_equal(chmod("a.pem", 0666), 0);
	wants(w, &op_write, "key=a.pem --force", RC_OK);
	assert_int_equal(mode_of("a.pem"), 0600);
}

static void
outputs_that_exist(void **state)
{
	struct world *w = *state;

	put_file("a.pem", "mine\n");
	wants(w, &op_write, "text=a.pem", RC_EXISTS);
	assert_non_null(strstr(w->err.hint, "--force"));
	assert_holds("a.pem", "mine\n");
	wants(w, &op_write, "text=a.pem --force --dry-run", RC_OK);
	assert_holds("a.pem", "mine\n");
	/* One that cannot be written keeps the others from being written. */
	wants(w, &op_write, "text=b.pem text=a.pem", RC_EXISTS);
	assert_int_equal(mode_of("b.pem"), -1);
	wants(w, &op_write, "text=a.pem --force", RC_OK);
	assert_holds("a.pem", "public\n");
	assert_int_equal(mkdir("folder", 0700), 0);
	wants(w, &op_write, "text=folder --force", RC_IO);
	wants(w, &op_write, "text=nowhere/a.pem", RC_NO_FILE);
	assert_non_null(strstr(w->err.message, "no folder 'nowhere'"));
}

static void
outputs_in_one_place(void **state)
{
	struct world *w = *state;

	wants(w, &op_write, "text=a.pem key=a.pem", RC_USAGE);
	assert_int_equal(mode_of("a.pem"), -1);
	put_file("a.pem", "mine\n");
	wants(w, &op_write, "text=a.pem key=./a.pem --force", RC_USAGE);
	assert_holds("a.pem", "mine\n");
}

static void
outputs_through_links(void **state)
{
	struct world *w = *state;
	struct stat st;

	put_file("target", "mine\n");
	assert_int_equal(symlink("target", "link"), 0);
	wants(w, &op_write, "key=link", RC_EXISTS);
	wants(w, &op_write, "key=link --force", RC_OK);
	assert_holds("target", "mine\n");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	wants(w, &op_write, "text=dangling", RC_EXISTS);
	assert_int_equal(symlink("/dev/null", "device"), 0);
	wants(w, &op_write, "text=device --force", RC_EXISTS);
}

static void
outputs_to_devices(void **state)
{
	struct world *w = *state;
	struct stat st;

	wants(w, &op_write, "text=/dev/null", RC_OK);
	wants(w, &op_write, "text=/dev/full", RC_IO);
	assert_int_equal(stat("/dev/full", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(mkfifo("fifo", 0600), 0);
	wants(w, &op_write, "text=fifo", RC_IO);
}

static void
outputs_to_standard_output(void **state)
{
	struct world *w = *state;
	int saved = dup(1);
	int fd = open("out", O_WRONLY | O_CREAT, 0600);
	enum rc rc;

	assert_true(saved > 0 && fd > 0);
	assert_int_equal(dup2(fd, 1), 1);
	rc = run_own(w, &op_write, "text=-");
	assert_int_equal(dup2(saved, 1), 1);
	assert_int_equal(close(saved), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(rc, RC_OK);
	assert_int_equal(w->result.files.count, 0);
	assert_holds("out", "public\n");
	wants(w, &op_write, "text=- --json", RC_USAGE);
}

static void
outputs_to_a_terminal(void **state)
{
	struct world *w = *state;
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	int saved = dup(1);
	int slave;
	enum rc text;
	enum rc der;
	enum rc key;

	if (master < 0 || grantpt(master) || unlockpt(master))
		skip();
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0 && saved >= 0);
	assert_int_equal(dup2(slave, 1), 1);
	text = run_own(w, &op_write, "text=-");
	der = run_own(w, &op_write, "der=-");
	key = run_own(w, &op_write, "key=-");
	assert_int_equal(dup2(saved, 1), 1);
	assert_int_equal(close(saved) | close(slave) | close(master), 0);
	assert_int_equal(text, RC_OK);
	assert_int_equal(der, RC_USAGE);
	assert_int_equal(key, RC_USAGE);
}

static void
outputs_spare_the_database(void **state)
{
	static const char *const names[] = { "ca.p12",     "./ca.p12", "ca.sth",
					     "ca.p12~new", "hard",     "link" };
	struct world *w = *state;
	char options[COMMAND_MAX];

	make(w);
	assert_int_equal(link("ca.p12", "hard"), 0);
	assert_int_equal(symlink("ca.p12", "link"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(options, sizeof(options), "text=%s --db ca.p12 --force", names[i]);
		wants(w, &op_change, options, RC_IN_USE);
		assert_int_equal(rc_status(RC_IN_USE), 7);
	}
	expect(w, "db show ca.p12", RC_OK);
	assert_int_equal(w->result.db->expires, 0);
}

static void
failed_outputs_change_nothing(void **state)
{
	struct world *w = *state;

	make(w);
	put_file("a.pem", "mine\n");
	wants(w, &op_change, "text=a.pem --db ca.p12", RC_EXISTS);
	expect(w, "db show ca.p12", RC_OK);
	assert_int_equal(w->result.db->expires, 0);
	/* What is written straight through comes last: then the change was made, and it is said. */
	wants(w, &op_change, "text=/dev/full --db ca.p12", RC_OUTPUT);
	assert_non_null(strstr(w->err.message, "was changed"));
	assert_int_equal(rc_status(RC_OUTPUT), 1);
	expect(w, "db show ca.p12", RC_OK);
	assert_int_equal(w->result.db->expires, 1);
}

static void
folder_that_takes_nothing(void **state)
{
	struct world *w = *state;

	make(w);
	/* Root may write anywhere but to what is no real folder. */
	wants(w, &op_change, "text=/proc/a.pem --db ca.p12", RC_IO);
	expect(w, "db show ca.p12", RC_OK);
	assert_int_equal(w->result.db->expires, 0);
}

static void
confirmation(void **state)
{
	struct world *w = *state;

	wants(w, &op_write, "ask text=a.pem", RC_CANCELLED);
	assert_string_equal(w->question, "Really?");
	assert_int_equal(mode_of("a.pem"), -1);
	wants(w, &op_write, "ask text=a.pem --no-input", RC_USAGE);
	assert_non_null(strstr(w->err.hint, "--yes"));
	wants(w, &op_write, "ask text=a.pem --dry-run", RC_OK);
	assert_int_equal(w->confirmed, 1);
	wants(w, &op_write, "ask text=a.pem --yes --no-input", RC_OK);
	w->yes = true;
	wants(w, &op_write, "ask text=b.pem", RC_OK);
	assert_int_equal(w->confirmed, 2);
}

static void
keys_are_not_lost_unasked(void **state)
{
	struct world *w = *state;

	expect(w, "db create ca.p12 --pass gen --stash", RC_OK);
	expect(w, "cert create root --profile ca --db ca.p12", RC_OK);
	expect(w, "cert create web web.example --issuer root --db ca.p12", RC_OK);
	expect(w, "cert delete web --db ca.p12", RC_CANCELLED);
	assert_non_null(strstr(w->question, "'web'"));
	expect(w, "cert delete web --db ca.p12 --no-input", RC_USAGE);
	expect(w, "csr create wait w.example --out w.csr --db ca.p12", RC_OK);
	expect(w, "csr delete wait --db ca.p12", RC_CANCELLED);
	assert_non_null(strstr(w->question, "'wait'"));
	/* A new key was asked for: that the old one goes is no surprise. */
	expect(w, "cert renew web --rekey --db ca.p12", RC_OK);
	w->yes = true;
	expect(w, "cert delete web --db ca.p12", RC_OK);
	expect(w, "csr delete wait --db ca.p12", RC_OK);
}

static void
generated_for_an_export(void **state)
{
	struct world *w = *state;

	expect(w, "db create ca.p12 --pass gen --stash", RC_OK);
	expect(w, "cert create root --profile ca --db ca.p12", RC_OK);
	expect(w, "cert export root --with-key --out r.p12 --out-pass gen:r.pw --db ca.p12", RC_OK);
	assert_int_equal(mode_of("r.pw"), 0600);
	expect(w, "show r.p12 --in-pass file:r.pw", RC_OK);
	assert_int_equal(w->result.status, RC_OK);
	/* What fails leaves none behind. */
	expect(w, "cert export root --with-key --out r.p12 --out-pass gen:s.pw --db ca.p12",
	       RC_EXISTS);
	assert_int_equal(mode_of("s.pw"), -1);
	assert_int_equal(mode_of("r.p12"), 0600);
}

static void
copies_between_databases(void **state)
{
	struct world *w = *state;

	expect(w, "db create ca.p12 --pass gen --stash", RC_OK);
	expect(w, "cert create root --profile ca --db ca.p12", RC_OK);
	expect(w, "db create cb.p12 --pass gen:cb.pw", RC_OK);
	expect(w, "cert copy root --db ca.p12", RC_USAGE);
	assert_non_null(strstr(w->err.message, "--to"));
	expect(w, "cert copy root --db ca.p12 --to ./ca.p12", RC_USAGE);
	expect(w, "cert copy root --db ca.p12 --to cb.p12 --to-pass file:cb.pw", RC_OK);
	assert_string_equal(w->result.database, "cb.p12");
	expect(w,
	       "cert export root --with-key --db cb.p12 --pass file:cb.pw --out r.pem "
	       "--out-pass none",
	       RC_OK);
}

static void
number_of_words(void **state)
{
	struct world *w = *state;

	wants(w, &op_write, "", RC_USAGE);
	assert_non_null(strstr(w->err.message, "test write KIND=PATH"));
	wants(w, &op_write, "1 2 3 4 5 6 7 8 9 10", RC_USAGE);
	assert_non_null(strstr(w->err.message, "'10'"));
}

static void
unchanged_is_not_written(void **state)
{
	struct world *w = *state;
	struct fs_id before;
	struct fs_id after;

	make(w);
	assert_int_equal(fs_id_of(&before, "ca.p12"), RC_OK);
	expect(w, "db stash ca.p12", RC_OK);
	assert_int_equal(fs_id_of(&after, "ca.p12"), RC_OK);
	assert_true(fs_id_unchanged(&before, &after));
	wants(w, &op_change, "--db ca.p12 --dry-run", RC_OK);
	assert_true(w->result.changed && w->result.dry_run);
	assert_int_equal(fs_id_of(&after, "ca.p12"), RC_OK);
	assert_true(fs_id_unchanged(&before, &after));
	wants(w, &op_change, "--db ca.p12", RC_OK);
	assert_true(w->result.changed && w->result.diff.meta);
	assert_int_equal(fs_id_of(&after, "ca.p12"), RC_OK);
	assert_false(fs_id_unchanged(&before, &after));
}

static void
writers_wait_and_readers_do_not(void **state)
{
	struct world *w = *state;
	int fd;

	make(w);
	fd = open("ca.p12", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	expect(w, "db show ca.p12", RC_OK);
	wants(w, &op_change, "--db ca.p12 --wait 0", RC_LOCKED);
	assert_int_equal(rc_status(RC_LOCKED), 6);
	assert_non_null(strstr(w->err.hint, "--wait"));
	wants(w, &op_change, "--db ca.p12 --wait 1", RC_LOCKED);
	assert_int_equal(close(fd), 0);
	wants(w, &op_change, "--db ca.p12 --wait 0", RC_OK);
	/* The lock goes with the run, not with the session. */
	fd = open("ca.p12", O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(close(fd), 0);
}

static void
files_that_are_no_database(void **state)
{
	static const struct {
		const char *name;
		enum rc rc;
	} cases[] = {
		{ "nowhere", RC_NO_FILE },
		{ "folder", RC_IO },
		{ "fifo", RC_IO },
		{ "empty", RC_UNKNOWN_FORMAT },
		{ "text", RC_UNKNOWN_FORMAT },
		{ "dangling", RC_NO_FILE },
		{ "/dev/null", RC_IO },
	};
	struct world *w = *state;
	char command[COMMAND_MAX];

	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	put_file("empty", "");
	put_file("text", "hello\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		(void)snprintf(command, sizeof(command), "db show %s", cases[i].name);
		expect(w, command, cases[i].rc);
		assert_non_null(strstr(w->err.message, cases[i].name));
		(void)snprintf(command, sizeof(command), "db stash %s", cases[i].name);
		expect(w, command, cases[i].rc);
	}
	/* None of them is worth a question. */
	assert_int_equal(w->asked, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(outputs_have_their_modes),
		WORLD_TEST(outputs_that_exist),
		WORLD_TEST(outputs_in_one_place),
		WORLD_TEST(outputs_through_links),
		WORLD_TEST(outputs_to_devices),
		WORLD_TEST(outputs_to_standard_output),
		WORLD_TEST(outputs_to_a_terminal),
		WORLD_TEST(outputs_spare_the_database),
		WORLD_TEST(failed_outputs_change_nothing),
		WORLD_TEST(folder_that_takes_nothing),
		WORLD_TEST(confirmation),
		WORLD_TEST(keys_are_not_lost_unasked),
		WORLD_TEST(generated_for_an_export),
		WORLD_TEST(copies_between_databases),
		WORLD_TEST(number_of_words),
		WORLD_TEST(unchanged_is_not_written),
		WORLD_TEST(writers_wait_and_readers_do_not),
		WORLD_TEST(files_that_are_no_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
