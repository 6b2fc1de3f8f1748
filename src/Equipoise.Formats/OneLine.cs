namespace Equipoise.Formats;

/// <summary>Text of a hostile file in a message: on one line, without what a terminal takes for a command, and not endless.</summary>
public static class OneLine
{
    private const int Longest = 2000;

    /// <summary>The text with spaces for line breaks and other control characters, cut after two thousand characters.</summary>
    public static string Of(string text) => string.Create(Math.Min(text.Length, Longest), text, static (line, text) =>
    {
        for (int i = 0; i < line.Length; i++) line[i] = IsPlain(text[i]) ? text[i] : ' ';
        if (text.Length > Longest) line[^1] = '…';
    });

    private static bool IsPlain(char letter) => !char.IsControl(letter) && letter is not ('\u2028' or '\u2029');
}
