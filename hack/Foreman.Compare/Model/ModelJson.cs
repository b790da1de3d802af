using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Foreman.Compare.Model;

/// <summary>JSON as models write it: quotes escaped with a backslash, all else as it stands.</summary>
internal static class ModelJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Of(JsonNode value) => value.ToJsonString(Plain);
}
