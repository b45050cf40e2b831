/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions on a terminal that are cancelled, stopped, killed or hung up on. */
#include "line-play.h"

static void
test_cancel(void **state)
{
	struct scene scene;

	(void)state;
	start(&scene, play_each);
	asked(&scene, "Option:");
	scene_keys(&scene, "abc");
	scene_wait(&scene, "abc");
	scene_keys(&scene, "\003");
	answered(&scene, "<10 0 >");
	exchange(&scene, "Option:", "\004", "<10 0 >");
	asked(&scene, "Password:");
	assert_false(scene_echoes(&scene));
	scene_keys(&scene, "abc\003");
	answered(&scene, "<10 0 >");
	exchange(&scene, "Password:", "\004", "<10 0 >");
	/* Nothing of all that is left. */
	exchange(&scene, "Option:", "d\r", "<0 0 d>");
	scene_told(&scene, "exit 0");
	assert_null(memmem(scene.shown.data, scene.shown.size, "abcd", 4));
	scene_close(&scene);
}

/* SIGINT between questions does what it did before, and so after questions. */
static void
test_interrupt_outside(void **state)
{
	struct scene scene;

	(void)state;
	start(&scene, play_each);
	exchange(&scene, "Option:", "a\r", "<0 0 a>");
	assert_int_equal(kill(scene.player, SIGINT), 0);
	scene_told(&scene, "signal 2");
	scene_close(&scene);
}

static void
test_interrupt_ignored(void **state)
{
	struct scene scene;

	(void)state;
	start(&scene, play_ignoring);
	asked(&scene, "Option:");
	assert_int_equal(kill(scene.player, SIGINT), 0);
	scene_keys(&scene, "a\r");
	answered(&scene, "<0 0 a>");
	exchange(&scene, "Option:", "a\r", "<0 0 a>");
	asked(&scene, "Password:");
	assert_int_equal(kill(scene.player, SIGINT), 0);
	scene_keys(&scene, "s3cret\r");
	answered(&scene, "<0 0 s3cret>");
	scene_close(&scene);
}

static void
test_fatal(void **state)
{
	static const int numbers[] = { SIGTERM, SIGQUIT };
	struct scene scene;
	char want[20];

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(numbers); i++) {
		start(&scene, i % 2 ? play_secrets : play_each);
		asked(&scene, i % 2 ? "Password:" : "Option:");
		assert_int_equal(kill(scene.player, numbers[i / 2]), 0);
		(void)snprintf(want, sizeof(want), "signal %d\n", numbers[i / 2]);
		scene_told(&scene, want);
		scene_restored(&scene);
		scene_close(&scene);
	}
}

static void
test_hang_up(void **state)
{
	struct scene scene;

	(void)state;
	for (int i = 0; i < 2; i++) {
		start(&scene, i ? play_secrets : play_each);
		asked(&scene, i ? "Password:" : "Option:");
		scene_keys(&scene, "part");
		(void)close(scene.master);
		scene.master = -1;
		scene_told(&scene, "<10 1 >");
		/* It stays so. */
		for (int j = 0; j < 4; j++) {
			scene_go(scene.gate);
			scene_told(&scene, "<10 1 >");
		}
		scene_told(&scene, "exit 0");
		scene_close(&scene);
	}
}

static void
test_resize(void **state)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 132 };
	struct scene scene;

	(void)state;
	start(&scene, play_each);
	asked(&scene, "Option:");
	scene_keys(&scene, "ab");
	scene_wait(&scene, "ab");
	assert_int_equal(ioctl(scene.master, TIOCSWINSZ, &size), 0);
	scene_keys(&scene, "c\r");
	answered(&scene, "<0 0 abc>");
	scene_close(&scene);
}

/* ^Z: the shell has its terminal as it was; then the line is there again, and can be ended. */
static void
test_stop(void **state)
{
	struct scene scene;

	(void)state;
	if (!scene_can_stop())
		skip();
	start(&scene, play_each);
	asked(&scene, "Option:");
	scene_keys(&scene, "ab");
	scene_wait(&scene, "ab");
	scene_keys(&scene, "\032");
	scene_told(&scene, "stopped");
	scene_restored(&scene);
	scene_go(scene.resume);
	scene_wait(&scene, "Option:\r\n");
#ifdef HAVE_READLINE
	scene_wait(&scene, "ab");
#else
	scene_keys(&scene, "ab"); /* the terminal forgets */
#endif
	scene_keys(&scene, "c\r");
	answered(&scene, "<0 0 abc>");
	exchange(&scene, "Option:", "d\r", "<0 0 d>");
	asked(&scene, "Password:");
	scene_keys(&scene, "wro\032");
	scene_told(&scene, "stopped");
	scene_restored(&scene);
	scene_go(scene.resume);
	scene_wait(&scene, "Password:\r\n");
	assert_false(scene_echoes(&scene));
	scene_keys(&scene, "s3cret\r");
	answered(&scene, "<0 0 s3cret>");
	scene_close(&scene);
}

/* Put into the background, it waits to be in front before it changes the terminal. */
static void
test_background(void **state)
{
	struct scene scene;
	struct termios now;

	(void)state;
	if (!scene_can_stop())
		skip();
	for (int i = 0; i < 2; i++) {
		start(&scene, i ? play_secrets : play_each);
		exchange(&scene, i ? "Password:" : "Option:", "a\r", "<0 0 a>");
		assert_int_equal(kill(scene.player, SIGSTOP), 0);
		scene_told(&scene, "stopped");
		scene_go(scene.gate);
		assert_int_equal(kill(-scene.player, SIGCONT), 0);
		/* The shell edits meanwhile. */
		now = scene.before;
		now.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
		assert_int_equal(tcsetattr(scene.slave, TCSANOW, &now), 0);
		scene_stopped(&scene);
		assert_int_equal(tcsetattr(scene.slave, TCSANOW, &scene.before), 0);
		scene_go(scene.resume);
		scene_wait(&scene, i ? "Password:" : "Option:");
		scene_keys(&scene, "b\r");
		answered(&scene, "<0 0 b>");
		scene_close(&scene);
	}
}

/* A stop that cannot be caught: others may have changed the terminal meanwhile. */
static void
test_stop_uncaught(void **state)
{
	struct scene scene;

	(void)state;
	start(&scene, play_secrets);
	for (int i = 0; i < 2; i++) {
		asked(&scene, "Password:");
		scene_keys(&scene, "wro");
		assert_int_equal(kill(scene.player, SIGSTOP), 0);
		scene_told(&scene, "stopped");
		assert_int_equal(tcsetattr(scene.slave, TCSANOW, &scene.before), 0);
		scene_go(scene.resume);
		scene_wait(&scene, "Password:\r\n");
		assert_false(scene_echoes(&scene));
		scene_keys(&scene, "s3cret\r");
		answered(&scene, "<0 0 s3cret>");
	}
	scene_close(&scene);
}

/* The same while a line is edited: it is there still. */
static void
test_stop_uncaught_line(void **state)
{
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_each);
	asked(&scene, "Option:");
	scene_keys(&scene, "ab");
	scene_wait(&scene, "ab");
	assert_int_equal(kill(scene.player, SIGSTOP), 0);
	scene_told(&scene, "stopped");
	assert_int_equal(tcsetattr(scene.slave, TCSANOW, &scene.before), 0);
	scene_go(scene.resume);
	scene_wait(&scene, "Option:\r\nab");
	assert_false(scene_echoes(&scene));
	scene_keys(&scene, "c\r");
	answered(&scene, "<0 0 abc>");
	scene_close(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_interrupt_outside),
		cmocka_unit_test(test_interrupt_ignored),
		cmocka_unit_test(test_fatal),
		cmocka_unit_test(test_hang_up),
		cmocka_unit_test(test_resize),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_background),
		cmocka_unit_test(test_stop_uncaught),
		cmocka_unit_test(test_stop_uncaught_line),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
