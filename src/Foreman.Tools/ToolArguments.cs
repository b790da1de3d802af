using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools;

/// <summary>Takes the arguments of one call, already coerced by <see cref="ArgumentReader"/>; each mistake gets an answer that helps the model to correct it.</summary>
internal sealed class ToolArguments
{
    private readonly string _tool;
    private readonly JsonElement _arguments;

    /// <param name="tool">The tool's name, for messages.</param>
    /// <param name="arguments">A JSON object.</param>
    /// <param name="known">Every argument that the tool takes.</param>
    /// <exception cref="ToolArgumentException">No object, or an argument that the tool does not take.</exception>
    internal ToolArguments(string tool, JsonElement arguments, params ReadOnlySpan<string> known)
    {
        (_tool, _arguments) = (tool, arguments);
        if (arguments.ValueKind is not JsonValueKind.Object)
        {
            throw new ToolArgumentException($"the arguments of {tool} must be a JSON object");
        }

        foreach (var property in arguments.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                throw new ToolArgumentException($"{tool} has no argument `{Printable.Line(property.Name, 60)}`; it takes {string.Join(", ", known)}");
            }
        }
    }

    /// <summary>A text that must be there; it may be empty.</summary>
    internal string Text(string name) => OptionalText(name) ?? throw Missing(name);

    /// <summary>A text, null when absent.</summary>
    internal string? OptionalText(string name) => Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.String ? value.GetString()!
        : throw new ToolArgumentException($"argument `{name}` of {_tool} must be a string");

    /// <summary>A path that must be there.</summary>
    internal WorkspacePath Path(string name) => WorkspacePath.Parse(Text(name));

    /// <summary>A path, the workspace's root when absent.</summary>
    internal WorkspacePath PathOrRoot(string name) => WorkspacePath.Parse(OptionalText(name) ?? "");

    /// <summary>A whole number within bounds, null when absent.</summary>
    internal int? OptionalInteger(string name, int minimum, int maximum = int.MaxValue)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var isNumber = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt32(out var n) => Within(n),
            JsonValueKind.Number when value.TryGetDouble(out var d) && d == Math.Floor(d) && Math.Abs(d) < int.MaxValue => Within((int)d),
            _ => null,
        };
        return isNumber ?? throw new ToolArgumentException($"argument `{name}` of {_tool} must be a whole number from {minimum} to {maximum}");

        int? Within(int n) => n >= minimum && n <= maximum ? n : null;
    }

    /// <summary>True or false, null when absent.</summary>
    internal bool? OptionalBoolean(string name) => Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw new ToolArgumentException($"argument `{name}` of {_tool} must be true or false");

    /// <summary>A JSON object of at most <see cref="ResultEnvelope.MaxExtraDepth"/> levels, null when absent.</summary>
    internal JsonElement? OptionalObject(string name) => Find(name) is not { } value ? null
        : value.ValueKind is not JsonValueKind.Object ? throw new ToolArgumentException($"argument `{name}` of {_tool} must be an object")
        : Depth(value) <= ResultEnvelope.MaxExtraDepth ? value.Clone()
        : throw new ToolArgumentException($"argument `{name}` of {_tool} is nested deeper than {ResultEnvelope.MaxExtraDepth} levels; make it flatter, or write it to a file");

    private static int Depth(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(p => Depth(p.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private JsonElement? Find(string name) =>
        _arguments.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    private ToolArgumentException Missing(string name) => new($"{_tool} needs the argument `{name}`");
}
