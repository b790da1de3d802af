using System.Globalization;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

/// <summary>
/// A leadership's number as an annotation of the objects that leaders write, so that the server itself rejects the writes of
/// earlier leaders, however late they arrive: each write tests in the same request that the object still carries the number
/// of its own leadership. The first write to an object puts it there; from then on no earlier leader can write to it. A
/// leader that must not share an object with its predecessor for a moment writes <see cref="Seal"/> to it before all else.
/// </summary>
/// <param name="Annotation">Name of the annotation, for example <c>example.com/leader-term</c>.</param>
/// <param name="Term">Number of the leadership.</param>
public sealed record FencingToken(string Annotation, long Term)
{
    private string Text => Term.ToString(CultureInfo.InvariantCulture);

    private string Path => "/metadata/annotations/" + Annotation.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>Whether an object carries this leadership's number, so that no earlier leader can write to it.</summary>
    public bool Seals(IKubernetesObject current) => TermOf(current) == Term;

    /// <summary>
    /// A JSON Patch of the object itself that lands only if no later leader has written to the object; see
    /// <see cref="KubernetesException.IsTestFailed"/>.
    /// </summary>
    /// <param name="current">The object as it was read last.</param>
    /// <param name="changes">The changes, with tests of their own where they need any.</param>
    /// <exception cref="LeadershipLostException">A later leader has written to the object already.</exception>
    public V1Patch Guard(IKubernetesObject current, params IEnumerable<JsonPatchOperation> changes) => V1Patch.Json([.. Proof(current), .. changes]);

    /// <summary>
    /// As <see cref="Guard"/> for a part of the object, such as <c>status</c>, through which annotations can't be written: the
    /// object must be sealed.
    /// </summary>
    /// <param name="current">The object as it was read last.</param>
    /// <param name="changes">The changes.</param>
    /// <exception cref="InvalidOperationException">The object does not carry this leadership's number: write <see cref="Seal"/> first.</exception>
    public V1Patch GuardSubresource(IKubernetesObject current, params IEnumerable<JsonPatchOperation> changes) => Seals(current)
        ? Guard(current, changes)
        : throw new InvalidOperationException($"{current.Kind} {current.Name()} does not carry {Annotation}: {Text}; write {nameof(Seal)} to it first");

    /// <summary>A JSON Patch that changes nothing but the number: afterwards no earlier leader can write to the object.</summary>
    /// <param name="current">The object as it was read last.</param>
    /// <exception cref="LeadershipLostException">A later leader has written to the object already.</exception>
    public V1Patch Seal(IKubernetesObject current) => Guard(current);

    private IEnumerable<JsonPatchOperation> Proof(IKubernetesObject current)
    {
        var carried = TermOf(current);
        if (carried > Term)
        {
            throw new LeadershipLostException(string.Create(
                CultureInfo.InvariantCulture, $"{current.Kind} {current.Name()} was written in term {carried}, which is later than {Term}: nothing was written"));
        }

        if (carried == Term)
        {
            return [JsonPatchOperation.Test(Path, Text)];
        }

        var stamp = JsonPatchOperation.Add(Path, Text);
        if (current.GetAnnotation(Annotation) is { } old)
        {
            return [JsonPatchOperation.Test(Path, old), stamp];
        }

        // A JSON Patch can't test that something is absent, so the whole object must be as it was read.
        var unchanged = JsonPatchOperation.Test("/metadata/resourceVersion", current.Metadata.ResourceVersion ?? "");
        return current.Metadata.Annotations is { Count: > 0 }
            ? [unchanged, stamp]
            : [unchanged, JsonPatchOperation.Add("/metadata/annotations", new JsonObject()), stamp];
    }

    private long TermOf(IKubernetesObject current) =>
        long.TryParse(current.GetAnnotation(Annotation), NumberStyles.None, CultureInfo.InvariantCulture, out var term) ? term : -1;
}
