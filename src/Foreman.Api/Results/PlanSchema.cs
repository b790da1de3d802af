namespace Foreman.Api;

/// <summary>
/// The form of a plan that a model proposes for an intent: the JSON Schema that the model is given and its server holds it to, and the
/// bounds by which the answer is checked. The schema has only words that every server knows which guarantees arguments. Pure.
/// </summary>
public static class PlanSchema
{
    /// <summary>Most characters of a step's name.</summary>
    public const int MaxName = 40;

    /// <summary>Most characters of a prompt.</summary>
    public const int MaxPrompt = 8192;

    /// <summary>Most entries of a list of names or verdicts.</summary>
    public const int MaxWords = 50;

    /// <summary>Kinds of step that a plan may have.</summary>
    public static IReadOnlyList<TaskKind> Kinds { get; } = [TaskKind.Freeform, TaskKind.IssueFix, TaskKind.Verify, TaskKind.Review];

    // Initializers run in the order of the text, so it stands behind what it is made of.
    private static readonly (string Name, string Schema)[] Properties =
    [
        ("name", $$"""{"type":"string","description":"1 to {{MaxName}} small letters, digits and dashes"}"""),
        ("kind", $$"""{"type":"string","enum":[{{Quoted(Kinds.Select(k => k.Value))}}]}"""),
        ("agent", """{"type":"string","description":"name of an Agent"}"""),
        ("prompt", $$"""{"type":"string","description":"all that its agent is told, at most {{MaxPrompt}} characters"}"""),
        ("dependsOn", $$"""{"type":"array","items":{"type":"string"},"description":"names of steps that must succeed first, at most {{MaxWords}}"}"""),
        ("when", $$"""{"type":"array","items":{"type":"string","enum":[{{Quoted(Verdict.Known.Select(v => v.Value))}}]},"description":"verdicts of those steps for which this one is taken instead"}"""),
        ("repo", """{"type":"string"}"""),
        ("issue", """{"type":"integer","minimum":1}"""),
        ("branch", """{"type":"string"}"""),
        ("openPullRequest", """{"type":"boolean"}"""),
        ("why", """{"type":"string","description":"one sentence"}"""),
    ];

    /// <summary>The fields of a step, in the order of the schema.</summary>
    public static IReadOnlyList<string> StepFields { get; } = [.. Properties.Select(p => p.Name)];

    /// <summary>The fields that a step must have, whatever its kind.</summary>
    public static IReadOnlyList<string> RequiredFields { get; } = ["name", "kind", "agent"];

    /// <summary>The schema of a result's <c>extra</c> that has a plan. A run that can't plan submits none.</summary>
    public static string Extra { get; } = Object(("plan", Object(("steps", $$"""{"type":"array","items":{{Object(RequiredFields, Properties)}}}"""))), isRequired: false);

    private static string Object((string Name, string Schema) only, bool isRequired = true) => Object(isRequired ? [only.Name] : [], [only]);

    private static string Object(IReadOnlyList<string> required, IReadOnlyList<(string Name, string Schema)> properties) =>
        $$"""{"type":"object","properties":{{{string.Join(',', properties.Select(p => $"\"{p.Name}\":{p.Schema}"))}}},"required":[{{Quoted(required)}}],"additionalProperties":false}""";

    private static string Quoted(IEnumerable<string> words) => string.Join(',', words.Select(w => $"\"{w}\""));
}
