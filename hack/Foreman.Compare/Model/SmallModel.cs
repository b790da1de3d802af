using System.Text.Json.Nodes;

namespace Foreman.Compare.Model;

/// <summary>
/// A scripted small model: a pure function of the request and a seed. It knows the right steps of each goal, errs by
/// <see cref="Rates"/>, and reacts to what it is told as far as that stands in the request. It knows nothing of what checks its
/// work, nor of what the loop around it does.
/// </summary>
/// <param name="plans">What it knows how to do, by the goals' ids.</param>
internal sealed class SmallModel(IReadOnlyDictionary<string, Plan> plans)
{
    /// <summary>Characters that make a token.</summary>
    internal const int CharactersPerToken = 4;

    // Quotes, names and the marks around a call.
    private const int CallTokens = 12;

    /// <summary>Answers a request.</summary>
    internal ModelReply Answer(Conversation seen, int seed)
    {
        if (!plans.TryGetValue(seen.Goal, out var plan))
        {
            return Cut(new ModelReply { Content = "I do not know this task." }, seen.MaxTokens, seed, plan: null);
        }

        var memory = Memory.Of(seen, plan, seed);
        var step = plan.Steps[memory.Step];
        var fault = Faults.Of(step.Kind, memory.Drawn(plan, seed, "fault"));
        var way = memory.Way;
        if (memory.Tries == 0 && way is Way.First && step.Kind is StepKind.Edit && !seen.Shows(step.Path))
        {
            (way, fault) = memory.Drawn(plan, seed, "reads again") < Rates.ReadsAgain ? (Way.Look, fault) : (way, Fault.Misquote);
        }

        var isFaulty = way is Way.First;
        fault = isFaulty ? fault : Fault.None;
        var reply = fault switch
        {
            Fault.Prose => new ModelReply { Content = step.Kind is StepKind.Submit ? "The task is done. All changes have been made." : $"Next I will work on {(step.Path.Length > 0 ? step.Path : "this")}." },
            Fault.OnlyThinking => new ModelReply { Reasoning = "Let me think about what to do next." },
            Fault.Empty => new ModelReply(),
            _ => Call(seen, memory, plan, (way, fault), seed),
        };
        return Cut(reply, seen.MaxTokens, seed, plan);
    }

    private static ModelReply Call(Conversation seen, Memory memory, Plan plan, (Way Way, Fault Fault) how, int seed)
    {
        var (name, arguments) = Meant(seen, memory, plan.Steps[memory.Step], how);
        var drawn = memory.Drawn(plan, seed, "variant");
        var json = how.Fault switch
        {
            Fault.BrokenJson => CallForms.Broken(arguments, drawn),
            Fault.OddArguments => CallForms.Odd(name, arguments, drawn),
            _ => ModelJson.Of(arguments),
        };
        var writesText = Draw.Unit(seed, $"{plan.Goal}/text") < Rates.TextRuns;
        return writesText || how.Fault is Fault.TextSlip
            ? new ModelReply { Content = CallForms.Text((int)(Draw.Unit(seed, $"{plan.Goal}/form") * CallForms.Texts), name, json) }
            : new ModelReply { Call = (name, json), FinishReason = "tool_calls" };
    }

    /// <summary>The call that is meant, before its arguments are written down.</summary>
    private static (string Name, JsonObject Arguments) Meant(Conversation seen, Memory memory, PlanStep step, (Way Way, Fault Fault) how)
    {
        switch (how.Way)
        {
            case Way.Again when memory.LastDone is { } last:
                return (last.Name, JsonNode.Parse(last.Raw)!.AsObject());
            case Way.Look:
                return step.Kind is StepKind.Edit ? ("read_file", new JsonObject { ["path"] = step.Path }) : ("list_files", []);
            case Way.Whole when step.Kind is StepKind.Edit:
                return ("write_file", new JsonObject { ["path"] = step.Path, ["content"] = step.Text });
            case Way.Parts when step.Kind is StepKind.Edit or StepKind.Write:
                return Part(memory, step, seen.MaxTokens);
        }

        return step.Kind switch
        {
            StepKind.Read => ("read_file", new JsonObject { ["path"] = how.Fault is Fault.WrongPath ? Faults.Misplaced(step.Path) : step.Path }),
            StepKind.List => ("list_files", []),
            StepKind.Grep => ("grep", new JsonObject { ["pattern"] = step.Text }),
            StepKind.Run => ("bash", new JsonObject { ["command"] = step.Text }),
            StepKind.Write => ("write_file", new JsonObject { ["path"] = step.Path, ["content"] = step.Text }),
            StepKind.Edit => ("str_replace", EditOf(step, how.Fault)),
            _ => ("submit_result", new JsonObject { ["verdict"] = "GO", ["summary"] = step.Text, ["commit_message"] = step.Text }),
        };
    }

    private static JsonObject EditOf(PlanStep step, Fault fault)
    {
        var (old, now) = fault switch
        {
            Fault.WrongIndentation => (Faults.Reindented(step.Old), Faults.Reindented(step.New)),
            Fault.TrailingBlanks => (Faults.WithTrailingBlanks(step.Old), step.New),
            Fault.Misquote => (Faults.Misquoted(step.Old), step.New),
            _ => (step.Old, step.New),
        };
        return new JsonObject { ["path"] = step.Path, ["old_string"] = old, ["new_string"] = now };
    }

    /// <summary>The next part of a long file, half of what an answer may have.</summary>
    private static (string Name, JsonObject Arguments) Part(Memory memory, PlanStep step, int maxTokens)
    {
        var written = memory.Written.GetValueOrDefault(step.Path, "");
        var begins = written.Length == 0 || written.Length >= step.Text.Length || !step.Text.StartsWith(written, StringComparison.Ordinal);
        var from = begins ? 0 : written.Length;
        var length = Math.Min(step.Text.Length - from, Math.Max(64, maxTokens * CharactersPerToken / 2));
        var line = step.Text.LastIndexOf('\n', from + length - 1, length);
        length = line > from ? line + 1 - from : length;
        var arguments = new JsonObject { ["path"] = step.Path, ["content"] = step.Text.Substring(from, length) };
        if (!begins)
        {
            arguments["append"] = true;
        }

        return ("write_file", arguments);
    }

    /// <summary>The answer within the output limit: what is longer is cut, and some servers close the JSON of a cut call and say that it is whole.</summary>
    private static ModelReply Cut(ModelReply reply, int maxTokens, int seed, Plan? plan)
    {
        var length = reply.Content.Length + reply.Reasoning.Length + (reply.Call?.Arguments.Length ?? 0);
        var tokens = (length / CharactersPerToken) + CallTokens;
        if (tokens <= maxTokens)
        {
            return reply with { Tokens = tokens };
        }

        var room = Math.Max(0, (maxTokens - CallTokens) * CharactersPerToken);
        if (reply.Call is not { } call)
        {
            return reply with { Content = reply.Content[..Math.Min(room, reply.Content.Length)], FinishReason = "length", Tokens = maxTokens };
        }

        var closes = plan is not null && Draw.Unit(seed, $"{plan.Goal}/closes") < Rates.ClosingServers;
        return closes && Closed(call.Arguments, room) is { } closed
            ? reply with { Call = (call.Name, closed), FinishReason = "tool_calls", Tokens = maxTokens }
            : reply with { Call = (call.Name, call.Arguments[..room]), FinishReason = "length", Tokens = maxTokens };
    }

    /// <summary>The arguments with their last text ended where the limit cut it; null when they are no object with one.</summary>
    private static string? Closed(string arguments, int room)
    {
        try
        {
            if (JsonNode.Parse(arguments) is not JsonObject values || values["content"] is not JsonValue content || !content.TryGetValue<string>(out var text))
            {
                return null;
            }

            var excess = arguments.Length - room;
            values["content"] = text[..Math.Max(0, text.Length - excess)];
            return ModelJson.Of(values);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
