/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writers' lock, between processes. */
#include "store-world.h"

#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>

enum { WRITERS = 4, ROUNDS = 5, PAUSE_NS = 200000000 };

static int
status_of(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
one_at_a_time(void **state)
{
	struct store st = STORE_INIT;
	struct store other = STORE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(store_lock(&other, "ca.p12", 0, &err), RC_LOCKED);
	assert_non_null(strstr(err.message, "ca.p12"));
	store_unlock(&st);
	store_unlock(&st);
	assert_int_equal(store_lock(&other, "ca.p12", 0, &err), RC_OK);
	store_close(&st);
	store_close(&other);
	assert_int_equal(store_lock(&st, "nowhere", 0, &err), RC_NO_FILE);
	store_close(&st);
	assert_int_equal(store_lock(&st, ".", 0, &err), RC_IO);
	store_close(&st);
}

static void
waits_for_another(void **state)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;
	int ready[2];
	char byte;
	pid_t pid;

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (store_lock(&st, "ca.p12", 0, &err) || write(ready[1], "x", 1) != 1)
			_exit(1);
		(void)nanosleep(&pause, NULL);
		/* No unlock: the lock goes with its process. */
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_LOCKED);
	assert_int_equal(store_lock(&st, "ca.p12", 10, &err), RC_OK);
	assert_int_equal(status_of(pid), 0);
	store_close(&st);
	assert_int_equal(close(ready[0]) | close(ready[1]), 0);
}

/* Adds one to the expiry, ROUNDS times, as writers do: lock, open, save. */
static enum rc
count_up(void)
{
	struct err err = ERR_INIT;
	enum rc rc = RC_OK;

	for (int i = 0; !rc && i < ROUNDS; i++) {
		struct store st = STORE_INIT;
		struct kdb work = KDB_INIT;
		struct pw *pw = pw_of("pass");

		rc = store_lock(&st, "ca.p12", 30, &err);
		if (!rc)
			rc = store_open(&st, "ca.p12", &pw, NULL, &err);
		if (!rc)
			rc = kdb_copy(&work, &st.db);
		work.expires++;
		if (!rc)
			rc = store_save(&st, &work, NULL, &err);
		kdb_release(&work);
		store_close(&st);
		pw_free(&pw);
	}
	return rc;
}

static void
no_change_is_lost(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;
	pid_t pids[WRITERS];

	(void)state;
	make("ca.p12", "pass");
	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			_exit(count_up() ? 1 : 0);
	}
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(status_of(pids[i]), 0);
	assert_int_equal(store_open(&st, "ca.p12", NULL, NULL, &err), RC_OK);
	assert_int_equal(st.db.expires, 1000000000 + WRITERS * ROUNDS);
	store_close(&st);
	assert_int_equal(mode_of("ca.p12~new"), -1);
}

static void
one_of_several_makes_it(void **state)
{
	pid_t pids[WRITERS];
	int made = 0;

	(void)state;
	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			struct err err = ERR_INIT;

			_exit(rc_status(make_as("new.p12", "pass", 0, NULL, &err)));
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		int status = status_of(pids[i]);

		assert_true(status == 0 || status == 7);
		made += status == 0;
	}
	assert_int_equal(made, 1);
	assert_int_equal(mode_of("new.p12"), 0600);
	assert_int_equal(mode_of("new.p12~new"), -1);
}

static void
left_overs_go(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;
	int fd;

	(void)state;
	make("ca.p12", "pass");
	put_file("ca.p12~new", "half of a sa");
	put_file("ca.sth~new", "half of a st");
	/* Readers leave them alone. */
	assert_int_equal(store_open(&st, "ca.p12", NULL, NULL, &err), RC_OK);
	assert_true(mode_of("ca.p12~new") >= 0);
	store_close(&st);
	/* What somebody is writing is no left-over. */
	fd = open("ca.sth~new", O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(mode_of("ca.p12~new"), -1);
	assert_true(mode_of("ca.sth~new") >= 0);
	store_close(&st);
	assert_int_equal(close(fd), 0);
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(mode_of("ca.sth~new"), -1);
	store_close(&st);
}

/* On a file system that cannot rename without replacing, db create gives its file a second name and
 * takes the first away. What was killed in between is the database itself, under the lock that its
 * writers hold. */
static void
second_name_goes(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(link("ca.p12", "ca.p12~new"), 0);
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(mode_of("ca.p12~new"), -1);
	assert_int_equal(mode_of("ca.p12"), 0600);
	store_close(&st);
}

/* What belongs to a save, as the stash, is written behind it: nobody gets in between. */
static void
lock_goes_over_to_the_new_file(void **state)
{
	struct store st = STORE_INIT;
	struct store other = STORE_INIT;
	struct kdb work = KDB_INIT;
	struct err err = ERR_INIT;
	struct pw *pw = pw_of("pass");

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(store_lock(&other, "ca.p12", 0, &err), RC_OK);
	store_close(&other);
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(store_open(&st, "ca.p12", &pw, NULL, &err), RC_OK);
	assert_int_equal(kdb_copy(&work, &st.db), RC_OK);
	work.expires = 1;
	assert_int_equal(store_save(&st, &work, NULL, &err), RC_OK);
	kdb_release(&work);
	assert_int_equal(store_lock(&other, "ca.p12", 0, &err), RC_LOCKED);
	store_unlock(&st);
	assert_int_equal(store_lock(&other, "ca.p12", 0, &err), RC_OK);
	store_close(&other);
	store_close(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(one_at_a_time),
		STORE_TEST(waits_for_another),
		STORE_TEST(no_change_is_lost),
		STORE_TEST(one_of_several_makes_it),
		STORE_TEST(left_overs_go),
		STORE_TEST(second_name_goes),
		STORE_TEST(lock_goes_over_to_the_new_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
