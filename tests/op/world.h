/* A world for operations: a scratch folder that is the current one, a session, a scripted asker.
 * Commands are written as users write them: run(w, "db create ca.p12 --pass file:pw"). */
#ifndef TESTS_OP_WORLD_H
#define TESTS_OP_WORLD_H

#include "../unit/scratch.h"
#include "base/text.h"
#include "op/ops.h"

#include <fcntl.h>

enum { COMMAND_MAX = 1000, TOKENS_MAX = 64 };

struct world {
	char folder[FOLDER_MAX];
	struct session session;
	struct args args;
	struct result result;
	struct err err;
	struct asker asker;
	const char *typed; /* what is answered when a passphrase is asked for; NULL: end of input */
	bool yes;          /* what is answered when something is to be confirmed */
	unsigned asked;    /* how often a passphrase was asked for */
	unsigned confirmed;        /* how often a confirmation */
	char question[400];        /* the last one */
	char command[COMMAND_MAX]; /* what args borrow from */
};

static MAYBE enum rc
type_secret(void *self, const struct secret_question *question, struct secret **out,
	    struct err *err)
{
	struct world *w = self;

	w->asked++;
	(void)snprintf(w->question, sizeof(w->question), "%s", question->prompt);
	if (!w->typed)
		return err_set(err, RC_CANCELLED, "end of input");
	return secret_from(out, span_text(w->typed));
}

static MAYBE enum rc
answer(void *self, const char *question, bool *yes, struct err *err)
{
	struct world *w = self;

	(void)err;
	w->confirmed++;
	(void)snprintf(w->question, sizeof(w->question), "%s", question);
	*yes = w->yes;
	return RC_OK;
}

static MAYBE int
world_set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	scratch_enter(w->folder);
	w->session = (struct session)SESSION_INIT;
	w->asker = (struct asker){ type_secret, answer, w };
	*state = w;
	return 0;
}

static MAYBE void
world_clear(struct world *w)
{
	result_release(&w->result);
	args_release(&w->args);
	err_clear(&w->err);
	w->result = (struct result)RESULT_INIT;
	w->args = (struct args)ARGS_INIT;
}

static MAYBE int
world_tear_down(void **state)
{
	struct world *w = *state;

	world_clear(w);
	session_close(&w->session);
	scratch_leave(w->folder);
	free(w);
	return 0;
}

static MAYBE enum rc
set_option(struct world *w, char **tokens, size_t *at, size_t count)
{
	enum param p = param_by_flag(tokens[*at] + 2);
	bool is_flag;

	assert_int_not_equal(p, P_END);
	is_flag = param_info(p)->kind == PARAM_FLAG;
	return args_set(&w->args, p, is_flag || *at + 1 >= count ? NULL : tokens[++*at], &w->err);
}

/* Cuts a command into words; blanks part them, '' is an empty one. */
static MAYBE size_t
cut(struct world *w, const char *command, char *tokens[TOKENS_MAX])
{
	size_t count = 0;

	(void)snprintf(w->command, sizeof(w->command), "%s", command);
	for (char *t = w->command; *t; count++) {
		assert_true(count < TOKENS_MAX);
		tokens[count] = t;
		t += strcspn(t, " ");
		if (*t)
			*t++ = '\0';
		if (strcmp(tokens[count], "''") == 0)
			tokens[count][0] = '\0';
	}
	return count;
}

/* Runs an operation with words and options from tokens. The asker is there unless they say
 * --no-input. */
static MAYBE enum rc
run_op(struct world *w, const struct op *op, char **tokens, size_t count)
{
	enum rc rc = RC_OK;

	for (size_t at = 0; !rc && at < count; at++)
		rc = strncmp(tokens[at], "--", 2) == 0 ? set_option(w, tokens, &at, count)
						       : words_add(&w->args.words, tokens[at]);
	w->session.asker = &w->asker;
	return rc ? rc : op_run(&w->session, op, &w->args, &w->result, &w->err);
}

/* Runs a command. */
static MAYBE enum rc
run(struct world *w, const char *command)
{
	char *tokens[TOKENS_MAX] = { NULL };
	size_t count;
	const struct op *op;
	size_t words = 2;

	world_clear(w);
	count = cut(w, command, tokens);
	op = count > 1 ? op_find(tokens[0], tokens[1]) : NULL;
	if (!op) {
		op = op_find(tokens[0], NULL);
		words = 1;
	}
	assert_non_null(op);
	return run_op(w, op, tokens + words, count - words);
}

/* Runs an operation of the test's own; options as in a command. */
static MAYBE enum rc
run_own(struct world *w, const struct op *op, const char *options)
{
	char *tokens[TOKENS_MAX];

	world_clear(w);
	return run_op(w, op, tokens, cut(w, options, tokens));
}

/* Runs it and wants this outcome; says the words when it is another. */
static MAYBE void
expect(struct world *w, const char *command, enum rc rc)
{
	enum rc got = run(w, command);

	if (got != rc)
		print_message("# %s: %s (%s), not %s\n", command, rc_code(got), w->err.message,
			      rc_code(rc));
	assert_int_equal(got, rc);
	assert_true(rc == RC_OK || w->err.message[0]);
}

/* True when the result has a warning with this code. */
static MAYBE bool
warned(const struct world *w, const char *code)
{
	for (size_t i = 0; i < w->result.warnings.count; i++)
		if (strcmp(w->result.warnings.items[i].code, code) == 0)
			return true;
	return false;
}

#define WORLD_TEST(function) \
	cmocka_unit_test_setup_teardown(function, world_set_up, world_tear_down)

#endif
