/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times, in the proleptic Gregorian calendar and in UTC, by arithmetic alone. */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	DAY_SECONDS = 86400,
	ERA_DAYS = 146097,   /* 400 years */
	EPOCH_DAYS = 719468, /* from 0000-03-01 to 1970-01-01 */
};

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* The year is taken to begin in March, so that the leap day is its last, and the months' lengths
 * follow (153 * month + 2) / 5. */
static int64_t
date_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * ERA_DAYS + day_of_era - EPOCH_DAYS;
}

/* The years that four digits can write. */
static int64_t
clamp(int64_t when)
{
	const int64_t first = date_days(0, 1, 1) * DAY_SECONDS;
	const int64_t last = date_days(10000, 1, 1) * DAY_SECONDS - 1;

	return when < first ? first : when > last ? last : when;
}

struct text_date
text_date_of(int64_t when)
{
	int64_t within = clamp(when);
	int64_t days = within / DAY_SECONDS - (within % DAY_SECONDS < 0);
	int64_t seconds = within - days * DAY_SECONDS;
	int64_t shifted = days + EPOCH_DAYS;
	int64_t era = (shifted >= 0 ? shifted : shifted - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t day_of_era = shifted - era * ERA_DAYS;
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (ERA_DAYS - 1)) /
	    365;
	int64_t day_of_year =
	    day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct text_date date;

	date.day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	date.month = (int)(month < 10 ? month + 3 : month - 9);
	date.year = (int)(year_of_era + era * 400 + (date.month <= 2));
	date.hour = (int)(seconds / 3600);
	date.minute = (int)(seconds / 60 % 60);
	date.second = (int)(seconds % 60);
	return date;
}

bool
text_date_seconds(int64_t *out, const struct text_date *date)
{
	int second = date->second == 60 ? 59 : date->second;

	*out = 0;
	if (date->year < 0 || date->year > 9999 || date->month < 1 || date->month > 12 ||
	    date->day < 1 || date->day > month_days(date->year, date->month))
		return false;
	if (date->hour < 0 || date->hour > 23 || date->minute < 0 || date->minute > 59 ||
	    second < 0 || second > 59)
		return false;
	*out = date_days(date->year, date->month, date->day) * DAY_SECONDS +
	       (int64_t)date->hour * 3600 + (int64_t)date->minute * 60 + second;
	return true;
}

/* Lists hold a hundred thousand times: printf takes ten times as long. Returns where it ends. */
static char *
put_digits(char *at, int number, int digits, char end)
{
	for (int i = digits; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	at[digits] = end;
	return at + digits + 1;
}

const char *
text_time(char out[TEXT_TIME_MAX], int64_t when)
{
	struct text_date date = text_date_of(when);
	char *at = out;

	at = put_digits(at, date.year, 4, '-');
	at = put_digits(at, date.month, 2, '-');
	at = put_digits(at, date.day, 2, 'T');
	at = put_digits(at, date.hour, 2, ':');
	at = put_digits(at, date.minute, 2, ':');
	at = put_digits(at, date.second, 2, 'Z');
	*at = '\0';
	return out;
}

/* Takes a number of just so many digits, and then the character behind it (none when it is NUL). */
static bool
take_number(const char **text, int digits, char behind, int *out)
{
	int value = 0;

	for (; digits > 0; digits--, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (**text - '0');
	}
	*out = value;
	if (!behind)
		return true;
	return *(*text)++ == behind;
}

/* Z, or +HH:MM, at the end of the text. */
static bool
take_zone(const char *text, int64_t *offset)
{
	int sign = *text == '-' ? -1 : 1;
	int hours;
	int minutes;

	*offset = 0;
	if (*text == 'Z' || *text == 'z')
		return text[1] == '\0';
	if (*text != '+' && *text != '-')
		return false;
	text++;
	if (!take_number(&text, 2, ':', &hours) || !take_number(&text, 2, '\0', &minutes) || *text)
		return false;
	*offset = (int64_t)sign * (hours * 3600 + minutes * 60);
	return hours <= 23 && minutes <= 59;
}

static bool
take_clock(const char *text, struct text_date *date, int64_t *offset)
{
	if (!strchr("Tt ", *text))
		return false;
	text++;
	if (!take_number(&text, 2, ':', &date->hour) ||
	    !take_number(&text, 2, ':', &date->minute) ||
	    !take_number(&text, 2, '\0', &date->second) || date->second > 60)
		return false;
	if (*text == '.') {
		text++;
		if (*text < '0' || *text > '9')
			return false;
		text += strspn(text, "0123456789");
	}
	return take_zone(text, offset);
}

enum rc
text_get_time(int64_t *out, const char *text)
{
	struct text_date date = { .year = 0 };
	int64_t offset = 0;
	int64_t seconds;

	*out = 0;
	if (!take_number(&text, 4, '-', &date.year) || !take_number(&text, 2, '-', &date.month) ||
	    !take_number(&text, 2, '\0', &date.day))
		return RC_USAGE;
	if (*text && !take_clock(text, &date, &offset))
		return RC_USAGE;
	if (!text_date_seconds(&seconds, &date) || clamp(seconds - offset) != seconds - offset)
		return RC_USAGE;
	*out = seconds - offset;
	return RC_OK;
}
