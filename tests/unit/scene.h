/* Scenes on a terminal of their own: a session leader that stops and goes on as a shell does, a
 * player in the foreground, and the test at the other end of the terminal. Nothing sleeps: each
 * step waits for what it needs, up to a limit. */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* A test need not use all of them. */
#ifndef MAYBE
#define MAYBE __attribute__((unused))
#endif

enum { SCENE_LIMIT_MS = 60 * 1000, SCENE_POLL_MS = 10 };

struct scene {
	int master;
	int slave;   /* for its settings */
	int results; /* lines that leader and player tell */
	int gate;    /* a byte lets the player go on */
	int resume;  /* a byte has the leader continue the player */
	pid_t leader;
	pid_t player;
	struct buf shown;
	size_t shown_at; /* behind what was waited for */
	struct buf told;
	size_t told_at;
	struct termios before;
};

/* What the player has of it. */
struct role {
	int results;
	int gate;
};

/* Ends the test, with what was seen. */
static void
scene_fail(struct scene *scene, const char *what)
{
	struct buf text = BUF_INIT;

	text_escape(&text, buf_span(&scene->shown));
	buf_put_text(&text, "; told: ");
	text_escape(&text, buf_span(&scene->told));
	(void)kill(scene->leader, SIGKILL);
	if (scene->player > 0)
		(void)kill(scene->player, SIGKILL);
	fail_msg("no %s; shown: %s", what, buf_text(&text));
}

static int64_t
scene_clock(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads what is there, or waits a moment for it. */
static void
scene_pump(struct scene *scene)
{
	struct pollfd files[2] = { { scene->master, POLLIN, 0 }, { scene->results, POLLIN, 0 } };
	struct buf *bufs[2] = { &scene->shown, &scene->told };
	unsigned char data[4096];
	ssize_t got;

	if (poll(files, 2, SCENE_POLL_MS) <= 0)
		return;
	for (size_t i = 0; i < 2; i++) {
		if (!files[i].revents)
			continue;
		got = read(files[i].fd, data, sizeof(data));
		if (got > 0)
			buf_put(bufs[i], SPAN_OF(data, (size_t)got));
	}
}

/* Finds text behind *at and moves *at behind it. */
static bool
scene_find(const struct buf *b, size_t *at, const char *text)
{
	const unsigned char *from = b->size ? b->data + *at : NULL;
	const unsigned char *found = from ? memmem(from, b->size - *at, text, strlen(text)) : NULL;

	if (found)
		*at = (size_t)(found - b->data) + strlen(text);
	return found != NULL;
}

/* Waits until the terminal has shown text, behind what was waited for before. */
static MAYBE void
scene_wait(struct scene *scene, const char *text)
{
	int64_t end = scene_clock() + SCENE_LIMIT_MS;

	while (!scene_find(&scene->shown, &scene->shown_at, text)) {
		if (scene_clock() > end)
			scene_fail(scene, text);
		scene_pump(scene);
	}
}

/* Waits until leader or player have told text. */
static void
scene_told(struct scene *scene, const char *text)
{
	int64_t end = scene_clock() + SCENE_LIMIT_MS;

	while (!scene_find(&scene->told, &scene->told_at, text)) {
		if (scene_clock() > end)
			scene_fail(scene, text);
		scene_pump(scene);
	}
}

/* Types keys. What is shown meanwhile is read, so that neither side waits for the other. */
static MAYBE void
scene_type(struct scene *scene, struct span keys)
{
	struct pollfd output = { scene->master, POLLOUT, 0 };
	ssize_t done;

	while (keys.size) {
		scene_pump(scene);
		if (poll(&output, 1, SCENE_POLL_MS) <= 0)
			continue;
		done = write(scene->master, keys.data, keys.size < 256 ? keys.size : 256);
		if (done > 0)
			keys = span_part(keys, (size_t)done, keys.size);
	}
}

static MAYBE void
scene_keys(struct scene *scene, const char *keys)
{
	scene_type(scene, span_text(keys));
}

static MAYBE bool
scene_same(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
	       a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}

/* Waits until the terminal is as it was at first. */
static MAYBE void
scene_restored(struct scene *scene)
{
	int64_t end = scene_clock() + SCENE_LIMIT_MS;
	struct termios now;

	for (;;) {
		assert_int_equal(tcgetattr(scene->slave, &now), 0);
		if (scene_same(&now, &scene->before))
			return;
		if (scene_clock() > end)
			scene_fail(scene, "settings as before");
		scene_pump(scene);
	}
}

static MAYBE bool
scene_echoes(const struct scene *scene)
{
	struct termios now;

	assert_int_equal(tcgetattr(scene->slave, &now), 0);
	return now.c_lflag & ECHO;
}

/* Lets the player, or a stopped one, go on. */
static MAYBE void
scene_go(int fd)
{
	assert_int_equal(write(fd, "g", 1), 1);
}

/* Waits until the kernel says that the player is stopped: for what its leader is not told. */
static MAYBE void
scene_stopped(struct scene *scene)
{
	int64_t end = scene_clock() + SCENE_LIMIT_MS;
	char path[40];
	char state = '\0';
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)scene->player);
	while (state != 'T') {
		if (scene_clock() > end)
			scene_fail(scene, "stop");
		scene_pump(scene);
		file = fopen(path, "r");
		if (!file)
			skip();
		if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
			state = '\0';
		(void)fclose(file);
	}
}

/* Of the leader: follows the player until it ends, as a shell does. */
static void
scene_lead(pid_t player, int results, int resume)
{
	char byte;
	int status;

	(void)dprintf(results, "player %d\n", (int)player);
	while (waitpid(player, &status, WUNTRACED) == player) {
		if (WIFEXITED(status))
			(void)dprintf(results, "exit %d\n", WEXITSTATUS(status));
		else if (WIFSIGNALED(status))
			(void)dprintf(results, "signal %d\n", WTERMSIG(status));
		if (!WIFSTOPPED(status))
			break;
		(void)tcsetpgrp(STDIN_FILENO, getpgrp());
		(void)dprintf(results, "stopped\n");
		if (read(resume, &byte, 1) != 1)
			break;
		(void)tcsetpgrp(STDIN_FILENO, player);
		(void)kill(-player, SIGCONT);
	}
}

/* Of the leader: the player in a process group of its own, in the foreground. */
static pid_t
scene_player(void (*play)(const struct role *), const struct role *role)
{
	pid_t player = fork();

	if (player == 0) {
		(void)setpgid(0, 0);
		(void)tcsetpgrp(STDIN_FILENO, getpid());
		(void)signal(SIGTTOU, SIG_DFL);
		(void)signal(SIGHUP, SIG_DFL);
		/* Ignored, where the tests were started in the background of a script. */
		(void)signal(SIGINT, SIG_DFL);
		(void)signal(SIGQUIT, SIG_DFL);
		play(role);
		exit(0);
	}
	return player;
}

/* False where nothing can be stopped: under valgrind. */
static MAYBE bool
scene_can_stop(void)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		(void)setpgid(0, 0);
		(void)raise(SIGTSTP);
		_exit(0);
	}
	if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status))
		return false;
	(void)kill(child, SIGKILL);
	return waitpid(child, NULL, 0) == child;
}

static void
scene_enter(const char *name)
{
	int fd;

	(void)setsid();
	fd = open(name, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0))
		_exit(99);
	for (int to = 0; to < 3; to++) {
		if (dup2(fd, to) < 0)
			_exit(99);
	}
	if (fd > 2)
		(void)close(fd);
	(void)signal(SIGTTOU, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
}

/* Opens a terminal and has play played on it; false where there are none. */
static bool
scene_open(struct scene *scene, void (*play)(const struct role *))
{
	int pipes[3][2];
	char name[64];

	*scene = (struct scene){ .master = posix_openpt(O_RDWR | O_NOCTTY), .player = -1 };
	if (scene->master < 0 || grantpt(scene->master) || unlockpt(scene->master) ||
	    ptsname_r(scene->master, name, sizeof(name)))
		return false;
	scene->slave = open(name, O_RDWR | O_NOCTTY);
	assert_int_equal(tcgetattr(scene->slave, &scene->before), 0);
	scene->before.c_iflag |= IUTF8;
	assert_int_equal(tcsetattr(scene->slave, TCSANOW, &scene->before), 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pipe(pipes[i]), 0);
	(void)fflush(NULL);
	scene->leader = fork();
	if (scene->leader == 0) {
		struct role role = { pipes[0][1], pipes[1][0] };

		(void)close(scene->master);
		(void)close(scene->slave);
		(void)close(pipes[0][0]);
		(void)close(pipes[1][1]);
		(void)close(pipes[2][1]);
		scene_enter(name);
		scene_lead(scene_player(play, &role), role.results, pipes[2][0]);
		_exit(0);
	}
	(void)close(pipes[0][1]);
	(void)close(pipes[1][0]);
	(void)close(pipes[2][0]);
	scene->results = pipes[0][0];
	scene->gate = pipes[1][1];
	scene->resume = pipes[2][1];
	scene_told(scene, "player ");
	while (!memchr(scene->told.data + scene->told_at, '\n', scene->told.size - scene->told_at))
		scene_pump(scene);
	scene->player = (pid_t)atoi(buf_text(&scene->told) + scene->told_at);
	return true;
}

/* Ends it: the player has, or does now. */
static void
scene_close(struct scene *scene)
{
	if (scene->master >= 0)
		(void)close(scene->master);
	(void)close(scene->slave);
	(void)close(scene->results);
	(void)close(scene->gate);
	(void)close(scene->resume);
	(void)waitpid(scene->leader, NULL, 0);
	buf_release(&scene->shown);
	buf_release(&scene->told);
}

#endif
