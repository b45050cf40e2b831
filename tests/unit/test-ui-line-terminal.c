/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers on a terminal: editing, completion, history, passphrases. */
#include "line-play.h"
#include "scratch.h"

static void
test_history(void **state)
{
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_asks);
	exchange(&scene, "Option:", "one\r", "<0 0 one>");
	exchange(&scene, "Option:", "two\r", "<0 0 two>");
	exchange(&scene, "Option:", "\033[A\r", "<0 0 two>");
	/* Another kind has none of it. */
	exchange(&scene, "File:", "x\033[A\r", "<0 0 x>");
	/* A label is not remembered, not even for labels. */
	exchange(&scene, "Label:", "w\303\244b\r", "<0 0 w\303\244b>");
	exchange(&scene, "Label:", "\033[A\r", "<0 0 >");
	/* Two was there once only. */
	exchange(&scene, "Option:", "\033[A\033[A\033[A\r", "<0 0 one>");
	scene_close(&scene);
}

static void
test_completion(void **state)
{
	char folder[FOLDER_MAX];
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	scratch_enter(folder);
	assert_int_equal(fclose(fopen("my own.p12", "w")), 0);
	assert_int_equal(fclose(fopen("my\033[2J", "w")), 0);
	start(&scene, play_labels);
	exchange(&scene, "Label:", "al\t\r", "<0 0 alpha one>");
	/* With blanks in what stands there already. */
	exchange(&scene, "Label:", "alpha o\t\r", "<0 0 alpha one>");
	/* Not what a terminal cannot show. */
	exchange(&scene, "Label:", "g\t\r", "<0 0 gamut>");
	exchange(&scene, "File:", "my\t\r", "<0 0 my own.p12>");
	/* Nothing to complete, also no blank or tab; a preset is edited. */
	exchange(&scene, "Days:", "\010\t0\r", "<0 0 360>");
	scene_told(&scene, "exit 0");
	assert_null(memmem(scene.shown.data, scene.shown.size, "\033[2J", 4));
	scene_close(&scene);
	scratch_leave(folder);
}

static void
test_help(void **state)
{
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_asks);
	for (int i = 0; i < 7; i++) {
		scene_go(scene.gate);
		scene_wait(&scene, ":\r\n");
		scene_keys(&scene, "\r");
		answered(&scene, "<0 0 >");
	}
	asked(&scene, "Days:");
	scene_keys(&scene, "\025?\r");
	scene_wait(&scene, "1 to 9999, as in 365.\r\n");
	scene_wait(&scene, "Days:\r\n");
	scene_wait(&scene, "365");
	scene_keys(&scene, "\r");
	answered(&scene, "<0 0 365>");
	scene_told(&scene, "exit 0");
	scene_close(&scene);
}

/* A few are listed, below which the line is there again; more than a screen has are counted. */
static void
test_many_candidates(void **state)
{
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_many);
	asked(&scene, "Many:");
	scene_keys(&scene, "\t\t");
	scene_wait(&scene, "250 candidates");
	scene_wait(&scene, "Many:\r\n");
	scene_keys(&scene, "24\t\t");
	scene_wait(&scene, "240");
	scene_wait(&scene, "249");
	scene_wait(&scene, "Many:\r\n24");
	scene_keys(&scene, "\003");
	answered(&scene, "<10 0 >");
	exchange(&scene, "Many:", "249\r", "<0 0 249>");
	scene_told(&scene, "exit 0");
	scene_close(&scene);
}

static void
test_secrets(void **state)
{
	struct scene scene;
	struct buf keys = BUF_INIT;

	(void)state;
	start(&scene, play_secrets);
	/* Keys that edit: DEL takes a character, ^W a word, ^U all. */
	exchange(&scene, "Password:", "x y\025ab cd\027\303\244\177s3\177\1774\r", "<0 0 ab 4>");
	exchange(&scene, "Password:", "\r", "<0 0 >");
	memset(buf_extend(&keys, LONGEST + 1), 'x', LONGEST + 1);
	buf_put_text(&keys, "\r");
	asked(&scene, "Password:");
	scene_type(&scene, buf_span(&keys));
	answered(&scene, "<2 0 >");
	buf_cut(&keys, LONGEST);
	asked(&scene, "Password:");
	scene_type(&scene, buf_span(&keys));
	scene_keys(&scene, "\r");
	answered(&scene, "<0 0 xxx");
	assert_null(memmem(scene.shown.data, scene.shown.size, "xxx", 3));
	buf_release(&keys);
	scene_close(&scene);
}

/* A pasted list: each question takes its line, and nothing is shown that is secret. */
static void
test_typed_ahead(void **state)
{
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_each);
	asked(&scene, "Option:");
	scene_keys(&scene, "one\rtwo\rs3cret\rs4cret\rthree\r");
	answered(&scene, "<0 0 one>");
	for (int i = 0; i < 4; i++)
		scene_go(scene.gate);
	scene_told(&scene, "<0 0 two>\n<0 0 s3cret>\n<0 0 s4cret>\n<0 0 three>\nexit 0");
	assert_null(memmem(scene.shown.data, scene.shown.size, "cret", 4));
	scene_close(&scene);
}

static void
test_long_line(void **state)
{
	struct scene scene;
	struct buf keys = BUF_INIT;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_each);
	memset(buf_extend(&keys, LONGEST + 1), 'x', LONGEST + 1);
	buf_put_text(&keys, "\r");
	asked(&scene, "Option:");
	scene_type(&scene, buf_span(&keys));
	answered(&scene, "<9 0 >");
	exchange(&scene, "Option:", "d\r", "<0 0 d>");
	buf_release(&keys);
	scene_close(&scene);
}

/* Where the screen is elsewhere, or there is no readline. */
static void
test_plain(void **state)
{
	struct scene scene;

	(void)state;
	start(&scene, play_plain);
	scene_go(scene.gate);
	scene_told(&scene, "Option:\n");
	scene_keys(&scene, "a\026\200b\177c\n");
	answered(&scene, "<0 0 a\\x80c>");
	scene_go(scene.gate);
	scene_told(&scene, "Days:\n");
	scene_keys(&scene, "?\n");
	scene_told(&scene, "1 to 9999, as in 365.\nDays:\n");
	scene_type(&scene, SPAN_OF("3\0"
				   "1\n",
				   4));
	answered(&scene, "<0 0 3\\x001>");
	scene_go(scene.gate);
	scene_told(&scene, "Password:\n");
	assert_false(scene_echoes(&scene));
	scene_keys(&scene, "s3cret\none\ntwo\n");
	scene_told(&scene, "\n<0 0 s3cret>");
	scene_go(scene.gate);
	answered(&scene, "<0 0 one>");
	scene_go(scene.gate);
	answered(&scene, "<0 0 two>");
	scene_go(scene.gate);
	scene_told(&scene, "Option:\n");
	scene_keys(&scene, "wrong\003");
	answered(&scene, "<10 0 >");
	scene_go(scene.gate);
	scene_told(&scene, "Option:\n");
	scene_keys(&scene, "part\004\004");
	answered(&scene, "<0 0 part>");
	scene_told(&scene, "exit 0");
	scene_close(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_history),   cmocka_unit_test(test_completion),
		cmocka_unit_test(test_help),      cmocka_unit_test(test_many_candidates),
		cmocka_unit_test(test_secrets),   cmocka_unit_test(test_typed_ahead),
		cmocka_unit_test(test_long_line), cmocka_unit_test(test_plain),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
