using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Foreman.Workloads;

/// <summary>A reference to what another step gave.</summary>
/// <param name="Step">Name of the step, or its number in the list, from 0.</param>
/// <param name="Field">output, summary, verdict, branch or commitSHA.</param>
/// <param name="Key">The output's key; empty for other fields.</param>
internal sealed record StepReference(string Step, string Field, string Key)
{
    /// <summary>The field for the sentence about a run's end.</summary>
    public const string Summary = "summary";

    /// <summary>Fields that stand alone.</summary>
    public static IReadOnlyList<string> Fields { get; } = [Summary, "verdict", "branch", "commitSHA"];

    /// <summary>The field whose keys are the run's own.</summary>
    public const string Output = "output";

    /// <summary>As it is written in a text.</summary>
    public override string ToString() => $"${{steps.{Step}.{Field}{(Key.Length > 0 ? "." : "")}{Key}}}";
}

/// <summary>A piece of a text: literal, or a reference.</summary>
/// <param name="Literal">The text; null for a reference.</param>
/// <param name="Reference">The reference; null for a literal.</param>
internal readonly record struct TextPiece(string? Literal, StepReference? Reference);

/// <summary>
/// Texts with references: <c>${steps.NAME.branch}</c>, <c>${steps.0.output.KEY}</c>. Only <c>${steps.</c> is special, and
/// <c>$${steps.</c> stands for it as it is; a value that is put in is never read again. Pure.
/// </summary>
internal static class ReferenceText
{
    private const string Opening = "${steps.";
    private const int MaxReference = 512;

    /// <summary>The pieces of a text.</summary>
    /// <exception cref="ReferenceException">A reference is not one; the message names it.</exception>
    public static IReadOnlyList<TextPiece> Parse(string text)
    {
        var pieces = new List<TextPiece>();
        var literal = new StringBuilder();
        var at = 0;
        while (text.IndexOf(Opening, at, StringComparison.Ordinal) is var found and >= 0)
        {
            if (found > at && text[found - 1] == '$')
            {
                literal.Append(text, at, found - 1 - at).Append(Opening);
                at = found + Opening.Length;
                continue;
            }

            var end = text.IndexOf('}', found + Opening.Length);
            if (end < 0 || end - found > MaxReference)
            {
                throw new ReferenceException($"\"{Shown(text[found..])}\" has no closing brace; write $${{steps. for the text itself");
            }

            literal.Append(text, at, found - at);
            if (literal.Length > 0)
            {
                pieces.Add(new(literal.ToString(), null));
                literal.Clear();
            }

            pieces.Add(new(null, Read(text[(found + Opening.Length)..end])));
            at = end + 1;
        }

        literal.Append(text, at, text.Length - at);
        if (literal.Length > 0)
        {
            pieces.Add(new(literal.ToString(), null));
        }

        return pieces;
    }

    /// <summary>A text that stands for itself, whatever it holds.</summary>
    public static string Escape(string text) => text.Replace(Opening, "$" + Opening, StringComparison.Ordinal);

    /// <summary>A text whose references are about other steps.</summary>
    /// <param name="text">The text.</param>
    /// <param name="change">Step of a reference to the step that it shall be about.</param>
    /// <exception cref="ReferenceException">A reference is not one.</exception>
    public static string Rename(string text, Func<string, string> change) => IsPlain(text)
        ? text
        : string.Concat(Parse(text).Select(p => p.Reference is { } reference ? (reference with { Step = change(reference.Step) }).ToString() : Escape(p.Literal!)));

    /// <summary>True when a text has neither references nor escapes.</summary>
    public static bool IsPlain(string? text) => text is null || !text.Contains(Opening, StringComparison.Ordinal);

    private static StepReference Read(string inner)
    {
        var parts = inner.Split('.', 3);
        if (parts.Length == 2 && StepReference.Fields.Contains(parts[1]) && parts[0].Length > 0)
        {
            return new(parts[0], parts[1], "");
        }

        return parts.Length == 3 && parts[1] == StepReference.Output && parts[0].Length > 0 && parts[2].Length > 0
            ? new(parts[0], parts[1], parts[2])
            : throw new ReferenceException(
                $"\"${{steps.{Shown(inner)}}}\" is none of ${{steps.NAME.output.KEY}}, .{string.Join(", .", StepReference.Fields)}; write $${{steps. for the text itself");
    }

    private static string Shown(string text) => text.Length <= 80 ? text : text[..80] + "…";
}

/// <summary>What references stand for. Pure.</summary>
internal static class ReferenceValues
{
    /// <summary>The value of a reference.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="result">The step that it means, ended.</param>
    /// <exception cref="ReferenceException">The step gave no such thing.</exception>
    public static string Of(StepReference reference, StepResult result) => reference.Field switch
    {
        StepReference.Summary => result.Summary,
        "verdict" => result.Verdict?.Value ?? "",
        "branch" => result.Branch ?? throw Missing(reference, "that step made no branch"),
        "commitSHA" => result.CommitSHA ?? throw Missing(reference, "that step made no commit"),
        _ => Output(reference, result),
    };

    /// <summary>What the run of a step gave for others; null when it gave nothing.</summary>
    public static JsonObject? OutputsOf(StepResult result) =>
        result.Outputs is { Count: > 0 } outputs
            ? StepOutputs.ToJson(outputs)
            : (result.Extra?["outputs"] ?? (result.Extra?["modelExtra"] as JsonObject)?["outputs"]) as JsonObject;

    /// <summary>An output as it is put into texts. Numbers and flags are what people write into outputs; what is nested goes in as JSON.</summary>
    public static string Text(JsonNode node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String
        ? value.GetValue<string>()
        : node.ToJsonString();

    private static string Output(StepReference reference, StepResult result)
    {
        if (OutputsOf(result) is not { } outputs)
        {
            throw Missing(reference, "that step gave no outputs");
        }

        return outputs.TryGetPropertyValue(reference.Key, out var node) && node is not null
            ? Text(node)
            : throw Missing(reference, $"its outputs are {(outputs.Count == 0 ? "none" : string.Join(", ", outputs.Select(o => o.Key).Take(20)))}");
    }

    private static ReferenceException Missing(StepReference reference, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{reference} has no value: {why}"));
}

/// <summary>A reference is wrong, or has no value.</summary>
/// <param name="message">What and why, without a full stop.</param>
internal sealed class ReferenceException(string message) : Exception(message);
