using System.Collections.Immutable;

namespace Foreman.Compare.Model;

/// <summary>How the model goes at its present step.</summary>
internal enum Way
{
    /// <summary>As it does first: with the fault of the step, if it has one.</summary>
    First,

    /// <summary>Right.</summary>
    Right,

    /// <summary>By writing the file whole.</summary>
    Whole,

    /// <summary>By writing the file in parts.</summary>
    Parts,

    /// <summary>By looking first.</summary>
    Look,

    /// <summary>Not at all: it makes the last call again.</summary>
    Again,
}

/// <summary>What the model makes of the conversation: a fold over what it sees, and nothing else.</summary>
internal sealed record Memory
{
    /// <summary>The step that it is at.</summary>
    internal int Step { get; init; }

    /// <summary>How often it has begun anew after a failing test.</summary>
    internal int Round { get; init; }

    /// <summary>Answers at this step so far.</summary>
    internal int Tries { get; init; }

    internal Way Way { get; init; }

    /// <summary>The call that ended the step before.</summary>
    internal SeenCall? LastDone { get; init; }

    /// <summary>What it has written itself, by path.</summary>
    internal ImmutableDictionary<string, string> Written { get; init; } = ImmutableDictionary<string, string>.Empty;

    private const int MaxRounds = 2;

    /// <summary>The state after the whole conversation.</summary>
    internal static Memory Of(Conversation seen, Plan plan, int seed) =>
        seen.Exchanges.Aggregate(new Memory().Begin(plan, seed), (memory, exchange) => memory.After(exchange, plan, seed));

    /// <summary>A number drawn for this step of this run.</summary>
    internal double Drawn(Plan plan, int seed, string what) => Draw.Unit(seed, $"{plan.Goal}/{Round}/{Step}/{what}");

    private Memory Begin(Plan plan, int seed) => this with
    {
        Tries = 0,
        Way = LastDone is not null && Drawn(plan, seed, "repeats") < Rates.Repeats ? Way.Again
            : Round > 0 && plan.Steps[Step].Kind is StepKind.Edit ? Way.Whole
            : Way.First,
    };

    private Memory After(Exchange exchange, Plan plan, int seed)
    {
        var memory = this;
        foreach (var call in exchange.Calls)
        {
            memory = memory.Noted(call);
            if (memory.Step < plan.Steps.Count - 1 && memory.IsDoneBy(plan.Steps[memory.Step], call))
            {
                return memory.Next(call, plan, seed);
            }
        }

        return memory with { Tries = Tries + 1, Way = memory.NextWay(exchange, plan, seed) };
    }

    private Memory Noted(SeenCall call)
    {
        if (call.Failed || call.Name != "write_file" || call.Argument("path") is not { } path || call.Argument("content") is not { } content)
        {
            return this;
        }

        return this with { Written = Written.SetItem(path, call.Flag("append") ? Written.GetValueOrDefault(path, "") + content : content) };
    }

    /// <summary>A small model believes what a tool says; only a file that it writes in parts is followed to its end.</summary>
    private bool IsDoneBy(PlanStep step, SeenCall call) => !call.Failed && step.Kind switch
    {
        StepKind.Read => call.Name == "read_file" && call.Argument("path") == step.Path,
        StepKind.List => call.Name == "list_files",
        StepKind.Grep => call.Name == "grep",
        StepKind.Run => call.Name == "bash" && call.Argument("command") == step.Text,
        StepKind.Edit when call.Name == "str_replace" => call.Argument("path") == step.Path,
        StepKind.Edit or StepKind.Write => call.Name == "write_file" && call.Argument("path") == step.Path
            && (Written.GetValueOrDefault(step.Path) == step.Text || !(Way is Way.Parts || call.Flag("append"))),
        _ => false,
    };

    private Memory Next(SeenCall call, Plan plan, int seed)
    {
        var done = this with { LastDone = call };
        var isFailure = plan.Steps[Step].Kind is StepKind.Run && !call.Result.TrimEnd().EndsWith("exit code: 0", StringComparison.Ordinal) && !call.Result.Contains("exit code: 0\n", StringComparison.Ordinal);
        var first = plan.Steps.Take(Step).ToList().FindIndex(s => s.Kind is StepKind.Edit or StepKind.Write);
        return isFailure && first >= 0 && Round < MaxRounds && Drawn(plan, seed, "revises") < Rates.RevisesAfterFailure
            ? (done with { Step = first, Round = Round + 1 }).Begin(plan, seed)
            : (done with { Step = Step + 1 }).Begin(plan, seed);
    }

    private Way NextWay(Exchange exchange, Plan plan, int seed)
    {
        var (said, drawn) = (exchange.Feedback, Drawn(plan, seed, $"heeds/{Tries}"));
        var nudged = said.Contains("[loop check, ", StringComparison.Ordinal);
        var refused = said.Contains(" was not run: ", StringComparison.Ordinal);
        if (Way is Way.Again)
        {
            var stops = refused ? Rates.StopsRepeatingWhenRefused : nudged ? Rates.StopsRepeatingWhenNudged : Rates.StopsRepeatingAlone;
            return drawn < stops ? Way.First : Way.Again;
        }

        var step = plan.Steps[Step];
        var looked = exchange.Calls.Any(c => !c.Failed && c.Name is "list_files" or "read_file" && !(step.Kind is StepKind.Read && c.Argument("path") == step.Path));
        return looked ? (drawn < Rates.MendsAfterLooking ? Way.Right : Way.First)
            : Heeded(said, drawn) ?? (refused && drawn < Rates.StopsRepeatingWhenRefused ? Mended(step) : nudged && drawn < Rates.StopsRepeatingWhenNudged ? Mended(step) : Way);
    }

    // An edit that was refused again and again is given up for a whole file.
    private static Way Mended(PlanStep step) => step.Kind is StepKind.Edit ? Way.Whole : Way.Right;

    /// <summary>What the model makes of an answer; null when it does not heed it.</summary>
    private Way? Heeded(string said, double drawn)
    {
        bool Says(string words) => said.Contains(words, StringComparison.Ordinal);
        return Says("call write_file with its whole new content") ? When(Rates.WritesWholeWhenTold, Way.Whole)
            : Says("The nearest text there is:") ? When(Rates.MendsFromNearestText, Way.Right)
            : Says("did you mean") ? When(Rates.TakesNamedPath, Way.Right)
            : Says("\"append\": true") ? When(Rates.WritesInPartsWhenTold, Way.Parts)
            : Says("cut at the output limit") ? When(Rates.WritesInPartsAlone, Way.Parts)
            : Says("without a tool call") || Says("did not act") ? When(Rates.CallsWhenAsked, Way is Way.First ? Way.Right : Way)
            : Says("does not occur") || Says("does not exist") ? When(Rates.MendsAlone, Way.Right) ?? When(Rates.MendsAlone + Rates.LooksAfterMiss, Way.Look)
            : Says("arguments of") || Says("argument") ? When(Rates.MendsArguments, Way.Right)
            : null;

        Way? When(double rate, Way way) => drawn < rate ? way : null;
    }
}
