using System.Text;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// Puts tool calls together from their pieces. Servers number all their calls 0, leave indexes or ids out, or invent an id
/// for each piece; what tells calls apart in all of them is that only a call's beginning carries a name.
/// </summary>
internal sealed class CallAssembler
{
    /// <summary>More calls than this in one answer are not kept.</summary>
    internal const int MaxCalls = 16;

    private readonly List<PartialCall> _calls = [];

    /// <summary>Characters of all arguments.</summary>
    internal int Characters { get; private set; }

    /// <summary>Adds a piece.</summary>
    internal void Add(ToolCallDelta delta)
    {
        var arguments = delta.Arguments ?? "";
        var call = delta.IsWhole ? null : Find(delta);
        if (call is null)
        {
            if (_calls.Count == MaxCalls || (delta.Name is null && delta.Id is null && arguments.Length == 0))
            {
                return;
            }

            call = new PartialCall(delta.Index ?? _calls.Count);
            _calls.Add(call);
        }
        else if (call.IsComplete && delta.Name is not null && call.HasArguments(arguments))
        {
            // The last piece of some servers is the whole call once more.
            return;
        }

        call.Id ??= delta.Id;
        call.Name ??= delta.Name;
        call.Append(arguments);
        Characters += arguments.Length;
    }

    /// <summary>The calls so far, with a name or not.</summary>
    internal IReadOnlyList<RawToolCall> Build() => [.. _calls.Select(c => new RawToolCall(c.Name ?? "", c.Arguments))];

    /// <summary>The call that a piece continues; null when it begins another one.</summary>
    private PartialCall? Find(ToolCallDelta delta)
    {
        var last = _calls.LastOrDefault();
        var candidate = delta.Index is { } index ? _calls.FindLast(c => c.Index == index)
            : delta.Id is { } id ? _calls.FindLast(c => c.Id == id) ?? last
            : last;
        return candidate is null ? (delta.Name is null && delta.Id is null && last is { IsComplete: false } ? last : null)
            : BeginsAnother(candidate, delta) ? null
            : candidate;
    }

    private static bool BeginsAnother(PartialCall call, ToolCallDelta delta)
    {
        if (delta.Name is null || call.Name is null)
        {
            return false;
        }

        var beginsObject = delta.Arguments is { } arguments && arguments.AsSpan().TrimStart() is ['{', ..];
        if (delta.Id is { } id && call.Id is { } known)
        {
            return id == known ? call.IsComplete && beginsObject && !call.HasArguments(delta.Arguments!)
                : delta.Name != call.Name || !call.HasBegun || call.IsComplete || beginsObject;
        }

        return delta.Name != call.Name || (call.IsComplete && beginsObject);
    }

    private sealed class PartialCall(int index)
    {
        private readonly StringBuilder _arguments = new();
        private int _depth;
        private bool _inString;
        private bool _escaped;

        internal int Index { get; } = index;

        internal string? Id { get; set; }

        internal string? Name { get; set; }

        internal string Arguments => _arguments.ToString();

        internal bool HasBegun { get; private set; }

        /// <summary>True when the arguments are one whole object.</summary>
        internal bool IsComplete => HasBegun && _depth <= 0;

        internal bool HasArguments(string arguments) => _arguments.Length == arguments.Length && _arguments.Equals(arguments);

        internal void Append(string arguments)
        {
            _ = _arguments.Append(arguments);
            foreach (var c in arguments)
            {
                if (_inString)
                {
                    _inString = c is not '"' || _escaped;
                    _escaped = c is '\\' && !_escaped;
                }
                else
                {
                    _inString = c is '"';
                    _depth += c is '{' or '[' ? 1 : c is '}' or ']' ? -1 : 0;
                    HasBegun |= c is '{';
                }
            }
        }
    }
}
