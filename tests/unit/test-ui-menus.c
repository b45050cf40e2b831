/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the menus: what holds for all of them. With --list it prints their lines, for the
 * test that looks for one that no transcript takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "op/ops.h"
#include "ui/menu.h"

#include <stdio.h>
#include <string.h>

enum { SCREENS_MAX = 16, CHOICES_MAX = 32, JOBS_MAX = 64, QUESTIONS_MAX = 128, COLUMNS = 80 };

/* All that can be reached from the first screen, each once. */
struct tables {
	const struct screen *screens[SCREENS_MAX];
	size_t screen_count;
	const struct choices *choices[CHOICES_MAX];
	size_t choices_count;
	const struct job *jobs[JOBS_MAX];
	size_t job_count;
	const struct question *questions[QUESTIONS_MAX];
	size_t question_count;
};

/* Adds one that is not there yet. */
#define ADD(list, count, max, item)                            \
	do {                                                   \
		size_t at_ = 0;                                \
                                                               \
		while (at_ < (count) && (list)[at_] != (item)) \
			at_++;                                 \
		if ((item) && at_ == (count)) {                \
			assert_true((count) < (size_t)(max));  \
			(list)[(count)++] = (item);            \
		}                                              \
	} while (0)

static void
add_screen(struct tables *t, const struct screen *screen)
{
	ADD(t->screens, t->screen_count, SCREENS_MAX, screen);
}

static void
add_choices(struct tables *t, const struct choices *choices)
{
	ADD(t->choices, t->choices_count, CHOICES_MAX, choices);
}

static void
add_job(struct tables *t, const struct job *job)
{
	ADD(t->jobs, t->job_count, JOBS_MAX, job);
	if (!job)
		return;
	add_screen(t, job->next);
	for (const struct question *const *q = job->questions; q && *q; q++) {
		ADD(t->questions, t->question_count, QUESTIONS_MAX, *q);
		add_choices(t, (*q)->choices);
	}
}

static void
collect(struct tables *t)
{
	*t = (struct tables){ .screen_count = 0 };
	add_screen(t, &screen_database);
	add_job(t, &job_open);
	add_job(t, &job_expired);
	/* No question's own: it comes where one asks for alternative names. */
	add_choices(t, &choices_name);
	for (size_t i = 0; i < t->screen_count; i++) {
		for (const struct menu_line *line = t->screens[i]->lines; line->key; line++) {
			add_screen(t, line->screen);
			add_job(t, line->job);
		}
	}
	for (size_t i = 0; i < t->choices_count; i++) {
		for (const struct choice *c = t->choices[i]->list; c->key; c++)
			add_choices(t, c->next);
	}
}

/* --- what is printed for --list --- */

static void
list_labels(const struct label_list *list)
{
	(void)printf("%s\t1\tLABEL\n%s\tp\t\n%s\t\t\n%s\t0\tReturn to selection menu\n",
		     list->title, list->title, list->title, list->title);
}

static void
list_screen(const struct screen *screen)
{
	if (screen->list)
		list_labels(screen->list);
	for (const struct menu_line *line = screen->lines; line->key; line++)
		(void)printf("%s\t%s\t%s\n", screen->title, line->key, line->text);
	(void)printf("%s\t0\tExit program\n", screen->title);
}

static int
list_all(void)
{
	struct tables t;

	collect(&t);
	for (size_t i = 0; i < t.screen_count; i++)
		list_screen(t.screens[i]);
	for (size_t i = 0; i < t.choices_count; i++) {
		for (const struct choice *c = t.choices[i]->list; c->key; c++)
			(void)printf("%s\t%s\t%s\n", t.choices[i]->title, c->key, c->text);
	}
	return 0;
}

/* --- what holds --- */

/* A table that is not whole would make the other tests pass. */
static void
test_all_is_reached(void **state)
{
	struct tables t;

	(void)state;
	collect(&t);
	assert_int_equal(t.screen_count, 5);
	assert_int_equal(t.choices_count, 13);
	assert_true(t.job_count > 25);
	assert_true(t.question_count > 30);
}

static void
check_key(const char *title, const char *key, const char *earlier)
{
	if (strcmp(key, earlier) == 0)
		fail_msg("%s: '%s' is there twice", title, key);
}

/* "0" leaves the program, in lists it goes back: no line can have it. */
static void
test_keys_are_unique_and_not_0(void **state)
{
	const struct menu_line *line;
	const struct choice *c;
	struct tables t;

	(void)state;
	collect(&t);
	for (size_t i = 0; i < t.screen_count; i++) {
		for (line = t.screens[i]->lines; line->key; line++) {
			check_key(t.screens[i]->title, line->key, "0");
			for (const struct menu_line *e = t.screens[i]->lines; e < line; e++)
				check_key(t.screens[i]->title, line->key, e->key);
		}
	}
	for (size_t i = 0; i < t.choices_count; i++) {
		for (c = t.choices[i]->list; c->key; c++) {
			check_key(t.choices[i]->title, c->key, "0");
			for (const struct choice *e = t.choices[i]->list; e < c; e++)
				check_key(t.choices[i]->title, c->key, e->key);
		}
	}
}

static void
test_a_line_does_one_thing(void **state)
{
	const struct menu_line *line;
	const struct choice *c;
	struct tables t;

	(void)state;
	collect(&t);
	for (size_t i = 0; i < t.screen_count; i++) {
		for (line = t.screens[i]->lines; line->key; line++)
			assert_true(!line->job != !line->screen);
	}
	for (size_t i = 0; i < t.choices_count; i++) {
		for (c = t.choices[i]->list; c->key; c++) {
			assert_int_equal(!!c->value + !!c->next + !!c->refused, 1);
			assert_true(!c->refused == !c->why);
		}
	}
}

static bool
is_operation(const struct op *op)
{
	for (const struct op *const *o = op_all(); *o; o++) {
		if (*o == op)
			return true;
	}
	return false;
}

/* Nothing that only a menu can do: the words have all of it. */
static void
test_jobs_run_operations_that_words_run(void **state)
{
	struct tables t;

	(void)state;
	collect(&t);
	for (size_t i = 0; i < t.job_count; i++)
		assert_true(is_operation(t.jobs[i]->op));
}

static void
check_prompt(const char *prompt)
{
	assert_non_null(prompt);
	assert_true(strlen(prompt) <= COLUMNS);
	assert_int_equal(prompt[strlen(prompt) - 1], ':');
}

/* Help is two lines, each of which fits the screen. */
static void
check_help(const char *help)
{
	const char *end = help ? strchr(help, '\n') : NULL;

	if (!help)
		return;
	assert_non_null(end);
	assert_true(end - help <= COLUMNS);
	assert_true(strlen(end + 1) <= COLUMNS);
	assert_null(strchr(end + 1, '\n'));
}

static void
check_question(const struct question *q)
{
	assert_true(q->prompt || q->choices);
	if (q->prompt)
		check_prompt(q->prompt);
	check_help(q->help);
	/* A secret has nowhere to go but where take puts it. */
	assert_true(q->take || !(q->flags & ASK_SECRET));
	assert_false(q->flags & ASK_EMPTY_OK && q->flags & ASK_REQUIRED);
}

static void
test_prompts_fit_and_end_in_a_colon(void **state)
{
	struct tables t;

	(void)state;
	collect(&t);
	for (size_t i = 0; i < t.screen_count; i++) {
		check_prompt(t.screens[i]->prompt);
		check_help(t.screens[i]->help);
	}
	for (size_t i = 0; i < t.choices_count; i++) {
		check_prompt(t.choices[i]->prompt);
		check_help(t.choices[i]->help);
	}
	for (size_t i = 0; i < t.question_count; i++)
		check_question(t.questions[i]);
}

static void
check_line(const char *key, const char *text)
{
	char line[2 * COLUMNS];
	int size = snprintf(line, sizeof(line), "  %2s - %s", key, text);

	assert_true(size > 0 && size <= COLUMNS);
}

static void
test_lines_fit(void **state)
{
	const struct menu_line *line;
	const struct choice *c;
	struct tables t;

	(void)state;
	collect(&t);
	for (size_t i = 0; i < t.screen_count; i++) {
		for (line = t.screens[i]->lines; line->key; line++)
			check_line(line->key, line->text);
	}
	for (size_t i = 0; i < t.choices_count; i++) {
		for (c = t.choices[i]->list; c->key; c++) {
			check_line(c->key, c->text);
			assert_true(!c->why || strlen(c->why) <= COLUMNS);
		}
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_is_reached),
		cmocka_unit_test(test_keys_are_unique_and_not_0),
		cmocka_unit_test(test_a_line_does_one_thing),
		cmocka_unit_test(test_jobs_run_operations_that_words_run),
		cmocka_unit_test(test_prompts_fit_and_end_in_a_colon),
		cmocka_unit_test(test_lines_fit),
	};

	if (argc > 1 && strcmp(argv[1], "--list") == 0)
		return list_all();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
