namespace Foreman.Compare.Model;

/// <summary>
/// How often the model errs, and how it takes what it is told. Where a figure is published it is followed; the rest is assumed, and says so.
/// <c>docs/reference/loop.md</c> lists all of them with their sources.
/// </summary>
internal static class Rates
{
    /// <summary>Runs of a model or server without native calls, which writes each call as text (a parser moved such a model from rank 13 to 1 of 21).</summary>
    internal const double TextRuns = 0.2;

    /// <summary>Servers that close the JSON of a cut call and say that it is whole (vLLM while streaming; two of five kinds of servers assumed).</summary>
    internal const double ClosingServers = 0.4;

    /// <summary>Single calls that slip into text in other runs (a second parallel call as text, Gemma's tool_code blocks; the rate is assumed).</summary>
    internal const double TextSlip = 0.03;

    /// <summary>Arguments that are no JSON: 2 of 15 runs failed by such a call on their second turn, 13 %; over the calls of a run this is about 4 % each.</summary>
    internal const double BrokenJson = 0.04;

    /// <summary>Arguments in another form than the schema's: wrapped, encoded twice, numbers as text (assumed).</summary>
    internal const double OddArguments = 0.06;

    /// <summary>Prose in the place of a call (assumed; loops allow two repetitions of it).</summary>
    internal const double Prose = 0.05;

    /// <summary>Prose in the place of the last call: "I am done" (assumed).</summary>
    internal const double ProseAtTheEnd = 0.15;

    /// <summary>Nothing but thinking (assumed; loops allow four repetitions of it).</summary>
    internal const double OnlyThinking = 0.03;

    /// <summary>An empty answer (assumed; named by two servers' issues).</summary>
    internal const double Empty = 0.02;

    /// <summary>Edits whose old text has another indentation (assumed; changing the edit tool alone moved 15 models by 5 to 14 points).</summary>
    internal const double WrongIndentation = 0.12;

    /// <summary>Edits whose old text has blanks at line ends (assumed).</summary>
    internal const double TrailingBlanks = 0.04;

    /// <summary>Edits whose old text is quoted wrongly (assumed).</summary>
    internal const double Misquote = 0.14;

    /// <summary>Reads of a path that does not exist (assumed).</summary>
    internal const double WrongPath = 0.1;

    /// <summary>Steps before which the last call is made again for no reason (37 of 60 runs of one 35B model came to no end).</summary>
    internal const double Repeats = 0.06;

    /// <summary>Of a repetition: goes on by itself with the next step (assumed).</summary>
    internal const double StopsRepeatingAlone = 0.1;

    /// <summary>Of a repetition: goes on when a note says what was seen ("soft nudges have poor recovery rates": the half of them assumed).</summary>
    internal const double StopsRepeatingWhenNudged = 0.5;

    /// <summary>Of a repetition: goes on when the call is refused (assumed; refusing was brought in because nudges were not enough).</summary>
    internal const double StopsRepeatingWhenRefused = 0.8;

    /// <summary>An edit of a file whose text is masked or was never read: reads it again first (assumed).</summary>
    internal const double ReadsAgain = 0.85;

    /// <summary>After a failing test: writes the files anew (assumed; it is not asked of the model by anything but the exit code).</summary>
    internal const double RevisesAfterFailure = 0.7;

    /// <summary>After the nearest text was shown: the edit is right (assumed).</summary>
    internal const double MendsFromNearestText = 0.75;

    /// <summary>After the whole file was shown: it is written whole (assumed).</summary>
    internal const double WritesWholeWhenTold = 0.85;

    /// <summary>After the right path was named: it is read (assumed).</summary>
    internal const double TakesNamedPath = 0.9;

    /// <summary>After a cut with the advice to write in parts: does so (assumed).</summary>
    internal const double WritesInPartsWhenTold = 0.8;

    /// <summary>After a cut without advice: finds out by itself (assumed; without advice one run burned 476,000 tokens on 42 cut answers).</summary>
    internal const double WritesInPartsAlone = 0.1;

    /// <summary>After being asked for a call: makes one (assumed).</summary>
    internal const double CallsWhenAsked = 0.8;

    /// <summary>After an error about the arguments: mends them (assumed).</summary>
    internal const double MendsArguments = 0.7;

    /// <summary>After a bare "does not occur" or "does not exist": right the next time (assumed).</summary>
    internal const double MendsAlone = 0.2;

    /// <summary>After a bare "does not occur" or "does not exist": looks before it tries again (assumed).</summary>
    internal const double LooksAfterMiss = 0.4;

    /// <summary>After having looked: right (assumed).</summary>
    internal const double MendsAfterLooking = 0.8;
}
