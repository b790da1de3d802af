using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Foreman.DevCluster.Json;

/// <summary>
/// Reads YAML documents into JSON trees by YamlDotNet's event parser, within <see cref="TreeLimits"/>; what aliases repeat is
/// counted as if it were written out.
/// </summary>
internal static class YamlDecoder
{
    /// <summary>Most bytes that aliases may repeat: what is larger written out could not be sent as JSON either.</summary>
    private const long MaxRepeated = 3 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The first document of a text; the others are not looked at, as in the API server.</summary>
    /// <exception cref="YamlException">The text is not YAML in UTF-8, or exceeds a limit.</exception>
    public static DecodedJson DecodeFirst(ReadOnlySpan<byte> utf8)
    {
        string text;
        try
        {
            text = Strict.GetString(utf8);
        }
        catch (DecoderFallbackException error)
        {
            throw new YamlException("invalid UTF-8: " + error.Message, error);
        }

        return Guard(() =>
        {
            var reader = Open(text);
            return reader.NextDocument(out var root) ? new DecodedJson(root, reader.Duplicates) : new DecodedJson(null, []);
        });
    }

    /// <summary>All documents of a text, without the empty ones.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static IReadOnlyList<JsonNode> DecodeAll(string yaml) => Guard(() =>
    {
        var documents = new List<JsonNode>();
        var reader = Open(yaml);
        while (reader.NextDocument(out var root))
        {
            if (root is not null)
            {
                documents.Add(root);
            }
        }

        return documents;
    });

    private static DocumentReader Open(string text)
    {
        foreach (var unit in text)
        {
            if (char.IsControl(unit) && unit is not ('\t' or '\r' or '\n' or '\u0085'))
            {
                throw new YamlException("control characters are not allowed");
            }
        }

        return new DocumentReader(new Parser(new StringReader(text)));
    }

    // The parser throws these for some texts that are no YAML.
    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new YamlException(error.Message, error);
        }
    }

    private sealed class DocumentReader
    {
        private readonly IParser _parser;
        private readonly Dictionary<string, (JsonNode? Node, long Size, int Values)> _anchors = new(StringComparer.Ordinal);
        private readonly List<string> _duplicates = [];
        private ValueCount _values;
        private long _size;
        private long _repeated;

        public DocumentReader(IParser parser)
        {
            _parser = parser;
            parser.Consume<StreamStart>();
        }

        /// <summary>Keys that a map has twice, with their paths; a hundred at most.</summary>
        public IReadOnlyList<string> Duplicates => _duplicates;

        public bool NextDocument(out JsonNode? root)
        {
            root = null;
            if (!_parser.TryConsume<DocumentStart>(out _))
            {
                return false;
            }

            _anchors.Clear();
            root = ReadNode(FieldPath.Root, 0);
            _parser.Consume<DocumentEnd>();
            return true;
        }

        private JsonNode? ReadNode(FieldPath path, int depth)
        {
            if (depth > TreeLimits.Depth)
            {
                throw new YamlException($"exceeded max depth of {TreeLimits.Depth}");
            }

            if (_parser.TryConsume<AnchorAlias>(out var alias))
            {
                return Repeat(alias, depth);
            }

            var valuesBefore = _values.Count;
            _values.Add();
            var anchor = _parser.Accept<NodeEvent>(out var next) ? next.Anchor : AnchorName.Empty;
            var before = _size;
            _size++;
            JsonNode? node;
            if (_parser.TryConsume<Scalar>(out var scalar))
            {
                _size += scalar.Value.Length;
                node = YamlScalars.Resolve(scalar);
            }
            else if (_parser.TryConsume<SequenceStart>(out _))
            {
                node = ReadSequence(path, depth);
            }
            else
            {
                _parser.Consume<MappingStart>();
                node = ReadMapping(path, depth);
            }

            if (!anchor.IsEmpty)
            {
                _anchors[anchor.Value] = (node, _size - before, _values.Count - valuesBefore);
            }

            return node;
        }

        private JsonNode? Repeat(AnchorAlias alias, int depth)
        {
            if (!_anchors.TryGetValue(alias.Value.Value, out var known))
            {
                throw new YamlException(alias.Start, alias.End, $"unknown anchor '{alias.Value}'");
            }

            _values.Add(known.Values);
            _size += known.Size;
            _repeated += known.Size;
            if (_repeated > MaxRepeated)
            {
                throw new YamlException(alias.Start, alias.End, "document contains excessive aliasing");
            }

            var visited = 0L;
            return depth + JsonTree.Depth(known.Node, TreeLimits.Depth, ref visited) > TreeLimits.Depth
                ? throw new YamlException(alias.Start, alias.End, $"exceeded max depth of {TreeLimits.Depth}")
                : known.Node?.DeepClone();
        }

        private JsonArray ReadSequence(FieldPath path, int depth)
        {
            var array = new JsonArray();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                array.Add(ReadNode(path.Item(array.Count), depth + 1));
            }

            return array;
        }

        private JsonObject ReadMapping(FieldPath path, int depth)
        {
            var node = new JsonObject();
            while (!_parser.TryConsume<MappingEnd>(out _))
            {
                var key = _parser.Consume<Scalar>();
                if (!JsonText.IsWellFormed(key.Value))
                {
                    throw new YamlException(key.Start, key.End, "found invalid Unicode character escape code");
                }

                _size += key.Value.Length;
                var inner = path.Field(key.Value);
                if (node.ContainsKey(key.Value) && _duplicates.Count < FieldErrors.Limit)
                {
                    _duplicates.Add(inner.ToString());
                }

                node[key.Value] = ReadNode(inner, depth + 1);
            }

            return node;
        }
    }
}
