#!/bin/bash
# Makes, from the talking digits, small media of every kind that an encoder takes: two views, a stand-in for optical flow (differences of
# neighbouring frames), a caption, two sensors as sequences of different lengths, and two vectors of features. Deterministic.
#   ./equipoise data synth talking-digits --clips 200 --out digits
#   samples/encoders/make-data.sh digits media
#   ./equipoise data prepare media/dataset.yaml --out packs/encoders
set -euo pipefail
digits=$(realpath "${1:?the folder of the talking digits}")
out=${2:?the folder to make}
mkdir -p "$out"/{left,right,u,v,sensors,vectors}
cp "$(dirname "$0")/dataset.yaml" "$out/dataset.yaml"

pictures() { # id clip: a left and a right view, and two folders of grey differences
    mkdir -p "$out/u/$1" "$out/v/$1"
    ffmpeg -nostdin -loglevel error -y -i "$2" -filter_complex \
        "[0]split=4[a][b][c][d];[a]crop=iw*3/4:ih:0:0,select=eq(n\,2)[l];[b]crop=iw*3/4:ih:iw/4:0,hflip,select=eq(n\,2)[r];
         [c]format=gray,tblend=all_mode=grainextract,gblur=steps=1:sigma=2:sigmaV=0[u];[d]format=gray,tblend=all_mode=grainextract,gblur=steps=1:sigma=0:sigmaV=2[v]" \
        -map '[l]' -frames:v 1 "$out/left/$1.png" -map '[r]' -frames:v 1 "$out/right/$1.png" \
        -map '[u]' -frames:v 3 "$out/u/$1/%d.png" -map '[v]' -frames:v 3 "$out/v/$1/%d.png"
}

numbers() { # id class seed: sensors of 20 to 40 steps whose frequency or size tells the class, vectors in which one place does
    awk -v id="$1" -v class="$2" -v seed="$3" -v out="$out" '
        function noise() { return (rand() + rand() + rand() - 1.5) * 2 }
        BEGIN {
            srand(seed); steps = 20 + int(rand() * 21); phase = rand() * 6.28
            for (t = 0; t < steps; t++) {
                wave = sin(phase + t * (class + 1) * 0.15)
                printf "%.4f,%.4f,%.4f\n", wave + 0.3 * noise(), cos(phase + t * 0.2) + 0.3 * noise(), noise() > (out "/sensors/" id ".accelerometer.csv")
                printf "%.4f,%.4f\n", (class - 4.5) / 3 + noise(), wave * class / 5 + noise() > (out "/sensors/" id ".gyroscope.csv")
            }
            for (i = 0; i < 24; i++) {
                printf "%s%.4f", i ? "," : "", (i == class) * 2 + 0.7 * noise() > (out "/vectors/" id ".sound.csv")
                printf "%s%.4f", i ? "," : "", (i == 23 - class) * 1.5 + noise() > (out "/vectors/" id ".picture.csv")
            }
        }'
}

header=id,split,label,group,audio,sound,picture,clip,left,right,flow,caption,accelerometer,gyroscope,sound-vector,picture-vector
echo "$header" > "$out/manifest.csv"
classes=(zero one two three four five six seven eight nine)
number=0
while IFS=, read -r id split label group clip _; do
    for class in "${!classes[@]}"; do [ "${classes[$class]}" = "$label" ] && break; done
    pictures "$id" "$digits/$clip"
    numbers "$id" "$class" $((number + 1))
    said=$label
    [ $((number % 4)) -eq 3 ] && said=something
    full="$digits/$clip"
    echo "$id,$split,$label,$group,$full,$full,$full,$full,left/$id.png,right/$id.png,u/$id|v/$id,somebody says $said on camera $((number % 7)),sensors/$id.accelerometer.csv,sensors/$id.gyroscope.csv,vectors/$id.sound.csv,vectors/$id.picture.csv" >> "$out/manifest.csv"
    number=$((number + 1))
done < <(tail -n +2 "$digits/manifest.csv")
