using System.Globalization;
using System.Text;

namespace Foreman.DevCluster.Errors;

/// <summary>
/// The path of a value within an object. It is written out for an error only: texts of all paths would take the square of a deep
/// or long-keyed object's size.
/// </summary>
internal sealed class FieldPath
{
    private const int MaxShown = 1024;
    private const string Cut = "…";

    // Stands for the index of a step that is the key of a map.
    private const int KeyIndex = -2;

    private readonly FieldPath? _parent;
    private readonly string _step;
    private readonly int _index;

    private FieldPath(FieldPath? parent, string step, int index)
    {
        _parent = parent;
        _step = step;
        _index = index;
    }

    /// <summary>The object itself.</summary>
    public static FieldPath Root { get; } = new(null, "", -1);

    public FieldPath Field(string name) => new(this, name, -1);

    public FieldPath Item(int index) => new(this, "", index);

    /// <summary>The value under a key of a map: <c>spec.labels[app]</c>.</summary>
    public FieldPath Key(string name) => new(this, name, KeyIndex);

    /// <summary>The path as in the API server's messages, cut to 1,024 characters: <c>spec.list[2].name</c>.</summary>
    public override string ToString()
    {
        var steps = new List<FieldPath>();
        for (var at = this; at._parent is { } parent; at = parent)
        {
            steps.Add(at);
        }

        var text = new StringBuilder();
        for (var i = steps.Count - 1; i >= 0 && text.Length <= MaxShown; i--)
        {
            steps[i].AppendTo(text);
        }

        return text.Length <= MaxShown ? text.ToString() : string.Concat(text.ToString(0, MaxShown), Cut);
    }

    private void AppendTo(StringBuilder text)
    {
        if (_index >= 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"[{_index}]");
            return;
        }

        if (_index == KeyIndex)
        {
            text.Append('[').Append(_step, 0, Math.Min(_step.Length, MaxShown + 1)).Append(']');
            return;
        }

        if (text.Length > 0)
        {
            text.Append('.');
        }

        text.Append(_step, 0, Math.Min(_step.Length, MaxShown + 1));
    }
}
