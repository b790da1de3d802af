using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Foreman.DevCluster.Json;

/// <summary>Reads YAML documents into JSON trees by YamlDotNet's event parser; plain scalars are resolved as in the API server.</summary>
internal static partial class YamlDecoder
{
    /// <summary>All documents of a text, without the empty ones.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static IReadOnlyList<JsonNode> DecodeAll(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        parser.Consume<StreamStart>();
        var documents = new List<JsonNode>();
        while (parser.Accept<DocumentStart>(out _))
        {
            parser.Consume<DocumentStart>();
            if (ReadNode(parser, new Dictionary<string, JsonNode?>(StringComparer.Ordinal)) is { } node)
            {
                documents.Add(node);
            }

            parser.Consume<DocumentEnd>();
        }

        return documents;
    }

    private static JsonNode? ReadNode(IParser parser, Dictionary<string, JsonNode?> anchors)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.TryGetValue(alias.Value.Value, out var known)
                ? known?.DeepClone()
                : throw new YamlException(alias.Start, alias.End, $"unknown anchor '{alias.Value}'");
        }

        var anchor = parser.Accept<NodeEvent>(out var next) ? next.Anchor : AnchorName.Empty;
        JsonNode? node;
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            node = Resolve(scalar);
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            node = ReadSequence(parser, anchors);
        }
        else
        {
            parser.Consume<MappingStart>();
            node = ReadMapping(parser, anchors);
        }

        if (!anchor.IsEmpty)
        {
            anchors[anchor.Value] = node;
        }

        return node;
    }

    private static JsonArray ReadSequence(IParser parser, Dictionary<string, JsonNode?> anchors)
    {
        var array = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            array.Add(ReadNode(parser, anchors));
        }

        return array;
    }

    private static JsonObject ReadMapping(IParser parser, Dictionary<string, JsonNode?> anchors)
    {
        var node = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>().Value;
            node[key] = ReadNode(parser, anchors);
        }

        return node;
    }

    private static JsonValue? Resolve(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(scalar.Value);
        }

        var text = scalar.Value;
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" or "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => JsonValue.Create(true),
            "false" or "False" or "FALSE" or "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => JsonValue.Create(false),
            _ when Integer(text) is { } whole => JsonValue.Create(whole),
            _ when Float().IsMatch(text) => JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture)),
            _ => JsonValue.Create(text),
        };
    }

    /// <summary>YAML 1.1 integers: decimal, and with a prefix hexadecimal, octal (0o or 0) and binary; underscores part digits.</summary>
    private static long? Integer(string text)
    {
        var negative = text.StartsWith('-');
        var digits = text.TrimStart('-', '+').Replace("_", "", StringComparison.Ordinal);
        var (radix, rest) = digits switch
        {
            ['0', 'x', .. var hex] => (16, hex),
            ['0', 'o', .. var octal] => (8, octal),
            ['0', 'b', .. var binary] => (2, binary),
            ['0', .. { Length: > 0 } octal] => (8, octal),
            _ => (10, digits),
        };
        if (rest.Length == 0 || text.Length - text.TrimStart('-', '+').Length > 1 || !rest.All(digit => char.IsAsciiHexDigit(digit) && Convert.ToInt32(digit.ToString(), 16) < radix))
        {
            return null;
        }

        var value = rest.Aggregate(System.Numerics.BigInteger.Zero, (sum, digit) => (sum * radix) + Convert.ToInt32(digit.ToString(), 16));
        value = negative ? -value : value;
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : null;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Float();
}
