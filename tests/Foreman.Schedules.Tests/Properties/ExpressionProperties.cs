using System.Globalization;

namespace Foreman.Schedules.Tests.Properties;

/// <summary>What holds for every expression.</summary>
public sealed class ExpressionProperties
{
    private static readonly (int Least, int Most)[] Ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];

    [Fact]
    public void In_UTC_an_expression_is_due_in_the_minutes_that_its_fields_name()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var fields = Ranges.Select((r, i) => Field(random, r.Least, r.Most, isDay: i is 2 or 4)).ToArray();
            var text = string.Join(' ', fields.Select(f => f.Text));
            if (ScheduleExpression.Parse(text, null, out _) is not { } expression)
            {
                continue;
            }

            var from = Given.Utc("2028-01-01T00:00:00Z").AddMinutes(random.Next(366 * 24 * 60));
            var expected = Enumerable.Range(1, 3 * 24 * 60).Select(m => from.AddMinutes(m)).Where(t => IsDue(fields, t)).ToArray();

            var found = Given.Times(expression, from, from.AddDays(3));

            Assert.True(expected.SequenceEqual(found), $"seed {seed}: {text} after {from:u}");
            Assert.True(found.Zip(found.Skip(1)).All(p => p.Second - p.First >= expression.ShortestGap), $"seed {seed}: {text}");
        }
    }

    [Fact]
    public void No_text_does_anything_but_be_read_or_refused()
    {
        const string letters = "0123456789*/,- @everyhourlmin?LW#MONJAN\t\0ü";
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => letters[random.Next(letters.Length)]));

            var expression = ScheduleExpression.Parse(text, null, out var faults);

            Assert.Equal(expression is null, faults.Length > 0);
        }
    }

    private static bool IsDue((string Text, Func<int, bool> Fits)[] fields, DateTimeOffset at)
    {
        var (ofMonth, ofWeek) = (fields[2].Fits(at.Day), fields[4].Fits((int)at.DayOfWeek));
        var either = fields[2].Text != "*" && fields[4].Text != "*";
        return fields[0].Fits(at.Minute) && fields[1].Fits(at.Hour) && fields[3].Fits(at.Month) && (either ? ofMonth || ofWeek : ofMonth && ofWeek);
    }

    // A text and, by another way, the values that it means.
    private static (string Text, Func<int, bool> Fits) Field(Random random, int least, int most, bool isDay)
    {
        var (a, b) = (random.Next(least, most + 1), random.Next(least, most + 1));
        var (first, last) = (Math.Min(a, b), Math.Max(a, b));
        var step = random.Next(2, 6);
        return random.Next(isDay ? 4 : 5) switch
        {
            0 => ("*", _ => true),
            1 => (Text($"{first}-{last}"), v => v >= first && v <= last),
            2 => (Text($"{first}-{last}/{step}"), v => v >= first && v <= last && (v - first) % step == 0),
            3 => (Text($"{a},{b}"), v => v == a || v == b),
            _ => (Text($"*/{step}"), v => (v - least) % step == 0),
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
